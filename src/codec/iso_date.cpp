#include "codec/iso_date.h"

#include <fmt/format.h>

namespace homeroom::codec {
namespace {

constexpr std::int64_t milliseconds_per_day = 86'400'000;
constexpr std::int64_t milliseconds_max = 100'000'000 * milliseconds_per_day;  // ECMA-262 §21.4.1.1

struct Day {
    std::int64_t year;
    std::int64_t month;
    std::int64_t day;
};

// The calendar is counted from 1 March, so that the leap day is a year's last, in eras of 400 years
// (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms"). std::chrono's years end at 32767.
Day day_of(std::int64_t days_since_1970) {
    const std::int64_t days = days_since_1970 + 719'468;  // since 1 March of the year 0
    const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
    const std::int64_t of_era = days - era * 146'097;
    const std::int64_t year = (of_era - of_era / 1'460 + of_era / 36'524 - of_era / 146'096) / 365;
    const std::int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    const std::int64_t month = (5 * of_year + 2) / 153;  // 0 is March
    return {.year = year + era * 400 + (month >= 10 ? 1 : 0),
            .month = month < 10 ? month + 3 : month - 9,
            .day = of_year - (153 * month + 2) / 5 + 1};
}

}  // namespace

std::optional<std::string> iso_date(std::int64_t milliseconds) {
    if (milliseconds > milliseconds_max || milliseconds < -milliseconds_max) return std::nullopt;
    std::int64_t days = milliseconds / milliseconds_per_day;
    std::int64_t rest = milliseconds % milliseconds_per_day;
    if (rest < 0) {
        rest += milliseconds_per_day;
        --days;
    }
    const auto [year, month, day] = day_of(days);
    const std::string shown =
        year >= 0 && year <= 9999 ? fmt::format("{:04}", year) : fmt::format("{:+07}", year);
    return fmt::format("{}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", shown, month, day,
                       rest / 3'600'000, rest / 60'000 % 60, rest / 1'000 % 60, rest % 1'000);
}

}  // namespace homeroom::codec
