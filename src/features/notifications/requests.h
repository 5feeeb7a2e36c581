// The feature's requests, for the surface's list.
#pragma once

#include "campus/surface.h"

namespace homeroom::features::notifications {

using campus::Json;
using campus::ReadCall;
using campus::WriteCall;

Result<Json> list_notifications(ReadCall& call, const Json& request);
Result<Json> read_notifications(WriteCall& call, const Json& request);
Result<Json> see_notifications(WriteCall& call, const Json& request);

Result<Json> read_preferences(ReadCall& call, const Json& request);
Result<Json> set_preference(WriteCall& call, const Json& request);
Result<Json> set_quiet_hours(WriteCall& call, const Json& request);

}  // namespace homeroom::features::notifications
