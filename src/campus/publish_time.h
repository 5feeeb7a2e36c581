// When what a request makes is to be published: its `publishAt`.
#pragma once

#include <optional>

#include "base/clock.h"
#include "campus/surface.h"

namespace homeroom::campus {

// Nothing: at once, as for a time that is past. At most limits::schedule_ahead_max ahead.
Result<std::optional<WallTime>> requested_publish_time(const Json& request);

}  // namespace homeroom::campus
