// Where announcements are made, and by whom.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "campus/roster/directory.h"

namespace homeroom::features::announcements {

// The room of the staff of `room`, which may be that very room.
std::string staff_room_of(std::string_view room);

// Whether `user` may announce in `room` now. To outsiders every room is `not_found`, whether it
// exists or not; its members who are not staff get `forbidden`, as all do in a room that has no
// announcements.
Status require_announcer(const campus::Directory& directory, std::string_view user,
                         const std::string& room);

}  // namespace homeroom::features::announcements
