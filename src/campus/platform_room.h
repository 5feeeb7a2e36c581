// Rooms as the platform's back end names them: it is a member of none, and may write in any that
// there is.
#pragma once

#include <string>

#include "base/result.h"
#include "campus/roster/directory.h"

namespace homeroom::campus {

// A class, course, institution or group that the roster has; else an Error about `field`.
Result<RoomKind> require_platform_room(const Directory& directory, const std::string& room,
                                       const char* field);

}  // namespace homeroom::campus
