// time:get → { now }: what the server's clock says, so that clients whose own is wrong can show
// ages, timers and starts as everybody sees them. Half of the round trip is the error.
#pragma once

#include "campus/surface.h"

namespace homeroom::campus {

void register_server_time(Surface& surface);

}  // namespace homeroom::campus
