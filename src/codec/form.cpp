#include "codec/form.h"

#include "base/hex.h"

namespace homeroom::codec::form {

namespace {

std::string decode_with(char plus, std::string_view text) {
    std::string decoded(text.size(), '\0');
    char* to = decoded.data();
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+') {
            *to++ = plus;
        } else if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
                   hex_value(text[i + 2]) >= 0) {
            *to++ = static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
            i += 2;
        } else {
            *to++ = text[i];
        }
    }
    decoded.resize(static_cast<std::size_t>(to - decoded.data()));
    return decoded;
}

}  // namespace

std::optional<Field> Reader::next() {
    while (!rest_.empty()) {
        const auto end = rest_.find('&');
        const std::string_view field = rest_.substr(0, end);
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
        if (field.empty()) continue;
        const auto equals = field.find('=');
        if (equals == std::string_view::npos) return Field{decode(field), {}};
        return Field{decode(field.substr(0, equals)), decode(field.substr(equals + 1))};
    }
    return std::nullopt;
}

std::string decode(std::string_view text) {
    return decode_with(' ', text);
}

std::string percent_decode(std::string_view text) {
    return decode_with('+', text);
}

}  // namespace homeroom::codec::form
