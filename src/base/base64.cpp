#include "base/base64.h"

#include <array>
#include <cstdint>

namespace homeroom::base64 {
namespace {

constexpr std::string_view standard =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view url_safe =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t skip = 0xFF;

constexpr std::array<std::uint8_t, 256> reverse(std::string_view alphabet) {
    std::array<std::uint8_t, 256> table{};
    table.fill(skip);
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
    }
    return table;
}

constexpr auto url_values = reverse(url_safe);
constexpr auto lenient_values = [] {
    auto table = reverse(standard);
    table['-'] = 62;
    table['_'] = 63;
    return table;
}();

std::string encode_with(std::string_view alphabet, std::string_view bytes, bool padded) {
    std::string text((bytes.size() + 2) / 3 * 4, '=');
    char* to = text.data();
    std::size_t i = 0;
    const auto byte = [&](std::size_t at) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at]));
    };
    for (; i + 3 <= bytes.size(); i += 3) {
        const std::uint32_t group = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
        *to++ = alphabet[group >> 18];
        *to++ = alphabet[group >> 12 & 63];
        *to++ = alphabet[group >> 6 & 63];
        *to++ = alphabet[group & 63];
    }
    if (const std::size_t rest = bytes.size() - i; rest != 0) {
        const std::uint32_t group = byte(i) << 16 | (rest == 2 ? byte(i + 1) << 8 : 0U);
        *to++ = alphabet[group >> 18];
        *to++ = alphabet[group >> 12 & 63];
        if (rest == 2) *to++ = alphabet[group >> 6 & 63];
        if (!padded) text.resize(static_cast<std::size_t>(to - text.data()));
    }
    return text;
}

}  // namespace

std::string encode(std::string_view bytes) {
    return encode_with(standard, bytes, true);
}
std::string encode_url(std::string_view bytes) {
    return encode_with(url_safe, bytes, false);
}

std::string decode_lenient(std::string_view text) {
    std::string bytes(text.size() / 4 * 3 + 2, '\0');
    char* to = bytes.data();
    std::uint32_t group = 0;
    int bits = 0;
    for (const char c : text) {
        if (c == '=') break;
        const std::uint8_t value = lenient_values[static_cast<unsigned char>(c)];
        if (value == skip) continue;
        group = (group << 6 | value) & 0xFFFFU;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            *to++ = static_cast<char>(group >> bits & 0xFF);
        }
    }
    bytes.resize(static_cast<std::size_t>(to - bytes.data()));
    return bytes;
}

std::optional<std::string> decode_url_strict(std::string_view text) {
    if (text.size() % 4 == 1) return std::nullopt;
    std::string bytes(text.size() / 4 * 3 + 2, '\0');
    char* to = bytes.data();
    std::uint32_t group = 0;
    int bits = 0;
    for (const char c : text) {
        const std::uint8_t value = url_values[static_cast<unsigned char>(c)];
        if (value == skip) return std::nullopt;
        group = (group << 6 | value) & 0xFFFFU;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            *to++ = static_cast<char>(group >> bits & 0xFF);
        }
    }
    // §3.5: the bits that fill up the last character must be zero, or two texts would mean one
    // value.
    if ((group & ((1U << bits) - 1)) != 0) return std::nullopt;
    bytes.resize(static_cast<std::size_t>(to - bytes.data()));
    return bytes;
}

}  // namespace homeroom::base64
