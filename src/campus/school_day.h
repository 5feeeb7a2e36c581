// Which day it is at the school: the one on which enrolments and roles begin and end.
//
// By the clock of the school's own time zone, whatever its days are like: one that has 23 hours, or
// begins at 1:00, because the clocks are changed. Pure; the caller has the time.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace date {
class time_zone;
}

namespace homeroom::campus {

class SchoolDay {
public:
    // A name as "Europe/Berlin" has it, by the system's time zones; empty: the system's own.
    static Result<SchoolDay> in(const std::string& zone);

    Date at(WallTime time) const;
    Date today() const { return at(wall_now()); }

private:
    explicit SchoolDay(const date::time_zone* zone) : zone_(zone) {}
    const date::time_zone* zone_;  // null: the system's own
};

}  // namespace homeroom::campus
