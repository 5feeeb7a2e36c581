// Quiet hours: a part of each day, on somebody's own clock, in which nothing is pushed or mailed to
// him. Time zones are those of the system's time zone database. Any thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "campus/surface.h"

namespace homeroom::features::notifications {

struct QuietHours {
    std::chrono::minutes from{};  // of the day, from 0:00
    std::chrono::minutes to{};    // exclusive; before `from`: on the next day
    std::string time_zone{};      // "Europe/Berlin"

    bool operator==(const QuietHours&) const = default;
};

// {"from": "21:30", "to": "07:00", "timeZone": "Europe/Berlin"}
Result<QuietHours> read_quiet_hours(const campus::Json& object);
campus::Json to_json(const QuietHours& hours);

// Until when it is quiet; nothing when it is not. Where clocks are put forward over the end, it is
// the moment at which they are; where they are put back, the later of the two. A zone that the
// system does not know any more is not quiet.
std::optional<WallTime> quiet_until(const QuietHours& hours, WallTime now);

}  // namespace homeroom::features::notifications
