#include "features/notifications/quiet_hours.h"

#include <date/tz.h>
#include <stdexcept>

#include "base/limits.h"
#include "base/log.h"

namespace homeroom::features::notifications {
namespace {

using campus::Json;

// "HH:MM"
std::optional<std::chrono::minutes> parse_time_of_day(std::string_view text) {
    const auto digit = [&](std::size_t at) { return text[at] - '0'; };
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    for (const std::size_t at : {0U, 1U, 3U, 4U}) {
        if (digit(at) < 0 || digit(at) > 9) return std::nullopt;
    }
    const int hours = digit(0) * 10 + digit(1);
    const int minutes = digit(3) * 10 + digit(4);
    if (hours > 23 || minutes > 59) return std::nullopt;
    return std::chrono::hours{hours} + std::chrono::minutes{minutes};
}

std::string time_of_day(std::chrono::minutes since_midnight) {
    const auto two = [](auto number) {
        return std::string(number < 10 ? "0" : "") + std::to_string(number);
    };
    return two(since_midnight.count() / 60) + ":" + two(since_midnight.count() % 60);
}

Result<std::chrono::minutes> required_time(const Json& object, const char* field) {
    TRY(const auto text, campus::required_text(object, field, 5));
    const auto time = parse_time_of_day(text);
    if (!time)
        return Error{Code::invalid, std::string{field} + " is a time of day like \"21:30\"", field};
    return *time;
}

// The library throws for a name that is none, and when there is no database at all.
const date::time_zone* find_zone(const std::string& name) {
    try {
        return date::locate_zone(name);
    } catch (const std::runtime_error&) {
        return nullptr;
    }
}

}  // namespace

Result<QuietHours> read_quiet_hours(const Json& object) {
    if (!object.is_object()) {
        return Error{Code::invalid, R"(quietHours is {"from", "to", "timeZone"} or null)",
                     "quietHours"};
    }
    QuietHours hours;
    TRY(hours.from, required_time(object, "from"));
    TRY(hours.to, required_time(object, "to"));
    if (hours.from == hours.to)
        return Error{Code::invalid, "from and to must differ: a day has hours that are not quiet",
                     "to"};
    TRY(hours.time_zone,
        campus::required_text(object, "timeZone", limits::time_zone_name_bytes_max));
    if (find_zone(hours.time_zone) == nullptr)
        return Error{Code::invalid, "timeZone is a name like \"Europe/Berlin\"", "timeZone"};
    return hours;
}

Json to_json(const QuietHours& hours) {
    return Json{{"from", time_of_day(hours.from)},
                {"to", time_of_day(hours.to)},
                {"timeZone", hours.time_zone}};
}

std::optional<WallTime> quiet_until(const QuietHours& hours, WallTime now) {
    const date::time_zone* zone = find_zone(hours.time_zone);
    if (zone == nullptr) return std::nullopt;
    const auto local = zone->to_local(now);
    const auto day = date::floor<date::days>(local);
    const auto time = local - day;
    const bool over_midnight = hours.to < hours.from;
    const bool in_evening = time >= hours.from;
    const bool quiet =
        over_midnight ? in_evening || time < hours.to : in_evening && time < hours.to;
    if (!quiet) return std::nullopt;
    const auto last_day = over_midnight && in_evening ? day + date::days{1} : day;
    const WallTime end = zone->to_sys(last_day + hours.to, date::choose::latest);
    if (end <= now) return std::nullopt;
    return end;
}

}  // namespace homeroom::features::notifications
