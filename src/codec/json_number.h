// Numbers in JSON as JavaScript writes them.
#pragma once

#include <string>

namespace homeroom::codec::json {

// Chooses between 0.000001 and 1e-7, 100000 and 1e+21 as JSON.stringify does: no negative zero;
// NaN and the infinities are null.
void append_number(std::string& json, double value);

}  // namespace homeroom::codec::json
