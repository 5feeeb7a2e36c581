// Who was in something from when to when, as study sessions and calls tell it. Each keeps its own
// rows; what they are and how they are told is the same.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "campus/surface.h"

namespace homeroom::campus {

struct Interval {
    std::string joined_at{};
    std::string left_at{};  // empty: there still
    std::string how{};      // left, lost, removed, ended
};
struct Attended {
    std::int64_t place = 0;  // in the order in which people first came
    std::string user{};
    std::string name{};  // as it was then
    std::vector<Interval> intervals{};
};

// The contract's `Attended`: {user, seconds, intervals}.
Json attended_view(const Directory& directory, const Attended& one, WallTime now);
// Behind which place a request goes on (`after`, the `next` of the page before); 0: the first.
Result<std::int64_t> requested_place(const Json& request);

}  // namespace homeroom::campus
