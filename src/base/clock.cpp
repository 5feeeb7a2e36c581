#include "base/clock.h"

#include <fmt/format.h>

namespace homeroom {
namespace {

// The number that a text of digits alone is; nothing for any other.
std::optional<int> number_of(std::string_view digits) {
    int value = 0;
    for (const char c : digits) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

// "08:15" at the text's beginning, in minutes.
std::optional<std::chrono::minutes> hours_and_minutes(std::string_view text) {
    if (text.size() < 5 || text[2] != ':') return std::nullopt;
    const auto hours = number_of(text.substr(0, 2));
    const auto minutes = number_of(text.substr(3, 2));
    if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
    return std::chrono::hours{*hours} + std::chrono::minutes{*minutes};
}

// ".123" at the text's beginning, which loses it.
std::optional<std::chrono::milliseconds> take_fraction(std::string_view& text) {
    if (!text.starts_with('.')) return std::chrono::milliseconds{0};
    text.remove_prefix(1);
    int milliseconds = 0;
    int unit = 100;
    std::size_t digits = 0;
    for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
        milliseconds += (text[digits] - '0') * unit;
        unit /= 10;
    }
    if (digits == 0) return std::nullopt;
    text.remove_prefix(digits);
    return std::chrono::milliseconds{milliseconds};
}

// "Z", "+01:00": how far the zone is ahead of UTC.
std::optional<std::chrono::minutes> zone_of(std::string_view text) {
    if (text == "Z" || text == "z") return std::chrono::minutes{0};
    if (text.size() != 6 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
    const auto ahead = hours_and_minutes(text.substr(1));
    if (!ahead) return std::nullopt;
    return text[0] == '+' ? *ahead : -*ahead;
}

}  // namespace

std::optional<WallTime> parse_rfc3339(std::string_view text) {
    constexpr std::size_t to_seconds = 19;  // "2026-11-23T08:15:30"
    if (text.size() < to_seconds || (text[10] != 'T' && text[10] != 't') || text[16] != ':')
        return std::nullopt;
    const auto date = parse_date(text.substr(0, 10));
    const auto clock = hours_and_minutes(text.substr(11, 5));
    const auto seconds = number_of(text.substr(17, 2));
    if (!date || !clock || !seconds || *seconds > 59) return std::nullopt;
    text.remove_prefix(to_seconds);
    const auto fraction = take_fraction(text);
    const auto zone = zone_of(text);
    if (!fraction || !zone) return std::nullopt;
    return WallTime{std::chrono::sys_days{*date} + *clock + std::chrono::seconds{*seconds} +
                    *fraction - *zone};
}

std::string to_rfc3339(WallTime time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::hh_mm_ss clock{time - day};
    return fmt::format("{}T{:02}:{:02}:{:02}.{:03}Z", to_string(Date{day}), clock.hours().count(),
                       clock.minutes().count(), clock.seconds().count(),
                       clock.subseconds().count());
}

std::optional<Date> parse_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto number = [&](std::size_t from, std::size_t length) -> int {
        int value = 0;
        for (const char c : text.substr(from, length)) {
            if (c < '0' || c > '9') return -1;
            value = value * 10 + (c - '0');
        }
        return value;
    };
    const int year = number(0, 4);
    const int month = number(5, 2);
    const int day = number(8, 2);
    if (year < 0 || month < 0 || day < 0) return std::nullopt;
    const Date date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                    std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok()) return std::nullopt;
    return date;
}

std::string to_string(Date date) {
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

}  // namespace homeroom
