// The end of every step of a live class: its row, when something happens to it next, and what is
// told, in the transaction of the step.
#pragma once

#include <string>

#include "campus/schedule.h"
#include "features/live/records.h"
#include "features/live/view.h"

namespace homeroom::features::live {

inline constexpr const char* clock_kind = "live.clock";

Status settle(store::Transaction& transaction, const campus::Directory& directory, LiveClass& live,
              News news, const std::string& by_json = "null");

// How long those who watch take to begin, so that no more than so many begin in a second.
std::chrono::milliseconds jitter_of(std::size_t people, double joins_per_second);
// So coarse that it tells nothing of how many there are.
std::chrono::milliseconds coarse(std::chrono::milliseconds jitter);

}  // namespace homeroom::features::live
