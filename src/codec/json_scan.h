// Reads JSON without building it: checks that a text is well formed and within limits, and cuts an
// array into the raw texts of its elements, so that what is only passed on is never parsed and
// written again.
//
// value := object | array | string | number | "true" | "false" | "null"        (RFC 8259)
// Surrogate escapes need not come in pairs and numbers may be of any size: JavaScript sends both.
// Duplicate keys are allowed. Raw control characters and anything behind the value are not; white
// space around it is.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace homeroom::codec::json {

struct ScanLimits {
    std::size_t depth_max;   // nesting of arrays and objects
    std::size_t values_max;  // values in all
    // Of one object.
    std::size_t members_max = std::numeric_limits<std::size_t>::max();
};

enum class Kind : unsigned char { object, array, string, number, boolean, null };

// Whether the whole text is one valid value; gives its kind. Errors: invalid (where), too_large
// (which limit).
Result<Kind> check(std::string_view text, const ScanLimits& limits);

// The raw texts of the elements of the array that `text` is, without white space around each. They
// point into `text`.
Result<std::vector<std::string_view>> split_array(std::string_view text, const ScanLimits& limits);

Kind kind_of(std::string_view value);  // of a checked, trimmed value

// The string literal that checked text begins with, which is shortened by it.
std::string_view take_literal(std::string_view& text);

// The characters that a checked string literal stands for (quotes included in `literal`), as UTF-8;
// a lone surrogate becomes U+FFFD.
std::string unescape(std::string_view literal);

// Checked text as parsers take it that are stricter than JavaScript: a lone surrogate becomes
// U+FFFD, a number beyond a double null.
std::string for_strict_parsers(std::string_view text);

// `text` as a string literal, quotes included, as JSON.stringify writes it.
std::string quote(std::string_view text);

}  // namespace homeroom::codec::json
