// UTF-8 as the other formats need it: its length as JavaScript counts, and made valid.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace homeroom::codec::utf8 {

bool is_valid(std::string_view text);

// How many UTF-16 code units the valid `text` is: what JavaScript calls a string's length.
// Characters beyond U+FFFF count two.
std::size_t utf16_length(std::string_view text);

// `text` with U+FFFD in place of whatever is no UTF-8, one for each maximal broken sequence, as
// browsers and Node's TextDecoder put it.
std::string repaired(std::string_view text);

}  // namespace homeroom::codec::utf8
