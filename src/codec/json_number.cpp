#include "codec/json_number.h"

#include <charconv>
#include <cmath>

namespace homeroom::codec::json {

void append_number(std::string& json, double value) {
    if (!std::isfinite(value)) {
        json += "null";
        return;
    }
    if (value == 0) {
        json += '0';
        return;
    }
    const double size = std::abs(value);
    const auto format =
        size >= 1e-6 && size < 1e21 ? std::chars_format::fixed : std::chars_format::scientific;
    char digits[64];
    const auto written = std::to_chars(digits, digits + sizeof digits, value, format);
    json.append(digits, written.ptr);
}

}  // namespace homeroom::codec::json
