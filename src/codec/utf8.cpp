#include "codec/utf8.h"

#include <simdjson.h>

namespace homeroom::codec::utf8 {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

// What may follow a first byte: the Unicode standard, table 3-7. The bytes behind the second are
// all 80…BF.
struct Sequence {
    std::size_t bytes = 0;  // 0: no sequence begins so
    unsigned char second_min = 0x80;
    unsigned char second_max = 0xBF;
};

Sequence sequence_of(unsigned char first) {
    if (first < 0x80) return {1};
    if (first < 0xC2) return {0};
    if (first < 0xE0) return {2};
    if (first == 0xE0) return {3, 0xA0, 0xBF};
    if (first == 0xED) return {3, 0x80, 0x9F};  // no surrogates
    if (first < 0xF0) return {3};
    if (first == 0xF0) return {4, 0x90, 0xBF};
    if (first < 0xF4) return {4};
    if (first == 0xF4) return {4, 0x80, 0x8F};  // nothing beyond U+10FFFF
    return {0};
}

// How many bytes at the beginning of `text`, which is not empty, belong together; `whole` says
// whether they are a character.
std::size_t take_sequence(std::string_view text, bool& whole) {
    const Sequence sequence = sequence_of(static_cast<unsigned char>(text[0]));
    std::size_t taken = 1;
    while (taken < sequence.bytes && taken < text.size()) {
        const auto byte = static_cast<unsigned char>(text[taken]);
        const unsigned char min = taken == 1 ? sequence.second_min : 0x80;
        const unsigned char max = taken == 1 ? sequence.second_max : 0xBF;
        if (byte < min || byte > max) break;
        ++taken;
    }
    whole = taken == sequence.bytes;
    return taken;
}

}  // namespace

bool is_valid(std::string_view text) {
    return simdjson::validate_utf8(text.data(), text.size());
}

std::size_t utf16_length(std::string_view text) {
    std::size_t units = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xC0) != 0x80) units += byte >= 0xF0 ? 2 : 1;
    }
    return units;
}

std::string repaired(std::string_view text) {
    if (is_valid(text)) return std::string{text};
    std::string valid;
    valid.reserve(text.size());
    while (!text.empty()) {
        bool whole = false;
        const std::size_t bytes = take_sequence(text, whole);
        valid += whole ? text.substr(0, bytes) : replacement;
        text.remove_prefix(bytes);
    }
    return valid;
}

}  // namespace homeroom::codec::utf8
