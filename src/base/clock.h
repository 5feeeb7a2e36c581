// Time as the server sees it. Order and ids never depend on the wall clock; only what people read
// does.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace homeroom {

using SteadyTime = std::chrono::steady_clock::time_point;
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;
using Date = std::chrono::year_month_day;

inline SteadyTime steady_now() {
    return std::chrono::steady_clock::now();
}
inline WallTime wall_now() {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now());
}

// "2026-11-23T08:15:30.123Z" (RFC 3339, UTC, milliseconds).
std::string to_rfc3339(WallTime time);

// RFC 3339 with seconds and a zone: "2026-11-23T08:15:30Z", "2026-11-23T09:15:30.5+01:00". Digits
// behind the milliseconds are dropped. Nothing for any other text, and for leap seconds.
std::optional<WallTime> parse_rfc3339(std::string_view text);

// "YYYY-MM-DD"; nothing for any other text or a day that does not exist.
std::optional<Date> parse_date(std::string_view text);
std::string to_string(Date date);

}  // namespace homeroom
