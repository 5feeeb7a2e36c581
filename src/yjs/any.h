// lib0's "any": a JavaScript value.
//
// any := 127 undefined | 126 null | 125 var_int | 124 float32 | 123 float64 | 122 int64
//      | 121 false | 120 true | 119 string | 118 count (key string, any)* | 117 count any*
//      | 116 buffer                                    floats and int64 are big-endian
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "yjs/reader.h"

namespace homeroom::yjs {

// How much of values may be read: shared by all values of an update.
struct ValueBudget {
    std::size_t depth_max;
    std::size_t values_left;
};

// Passes over one value, checking it. What is wrong is the reader's failure.
void skip_any(Reader& reader, ValueBudget& budget);

enum class AnyKind : bool { undefined, value };

// Appends a value, which was checked before, as JSON.stringify writes it: undefined is null, and
// a member that is undefined is left out; what JSON has no words for, NaN and the infinities, is
// null. Bytes become a string in base64, an int64 its digits.
AnyKind append_any_json(Reader& reader, std::string& json);

// Calls `take` with each string in a value, which was checked before, and the key of the member
// that it is; without one in a list, or alone. Whether there are bytes in it.
enum class AnyBytes : bool { none, some };
using TakeString = std::function<void(std::string_view key, std::string_view text)>;
AnyBytes each_any_string(Reader& reader, const TakeString& take);

}  // namespace homeroom::yjs
