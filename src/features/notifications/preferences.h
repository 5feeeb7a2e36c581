// What somebody wants to be notified of, by which ways, and when not: for all, for a kind, for a
// room, or for a kind in a room. The narrower comes first, each way by itself.
#pragma once

#include <optional>
#include <string_view>

#include "campus/surface.h"
#include "features/notifications/kinds.h"
#include "features/notifications/quiet_hours.h"
#include "store/store.h"

namespace homeroom::features::notifications {

// What holds for a user, a kind and a room.
Result<Choice> choice_of(store::Database& db, std::string_view user, Kind kind,
                         std::string_view room);
Result<std::optional<QuietHours>> quiet_hours_of(store::Database& db, std::string_view user);

// {preferences, defaults, quietHours} as the user set them; of rooms that he is in.
Result<campus::Json> preferences_view(store::Database& db, const campus::Directory& directory,
                                      const campus::RoomRules& rooms, std::string_view user);

}  // namespace homeroom::features::notifications
