// Bytes as tests write them: "a4'type' 02 c4 02 0102" is hexadecimal digits, two a byte, with text
// in apostrophes. Spaces are only for the reader.
#pragma once

#include <cstdlib>
#include <string>
#include <string_view>

#include "base/hex.h"

namespace homeroom::codec::test {

inline std::string bytes(std::string_view notation) {
    std::string result;
    while (!notation.empty()) {
        if (notation.front() == ' ') {
            notation.remove_prefix(1);
        } else if (notation.front() == '\'') {
            const auto end = notation.find('\'', 1);
            result += notation.substr(1, end - 1);
            notation.remove_prefix(end + 1);
        } else {
            if (notation.size() < 2) std::abort();
            result += static_cast<char>(hex_value(notation[0]) << 4 | hex_value(notation[1]));
            notation.remove_prefix(2);
        }
    }
    return result;
}

}  // namespace homeroom::codec::test
