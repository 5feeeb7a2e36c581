// Which rooms have a feed.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "campus/roster/directory.h"

namespace homeroom::features::feed {

// Whether `user` may read and write in the room's feed now. To outsiders every room is `not_found`,
// whether it exists or not; a member of a room without a feed (global, his own, a /staff sub-room)
// gets `forbidden`.
Status require_feed(const campus::Directory& directory, std::string_view user,
                    const std::string& room, const char* field);

}  // namespace homeroom::features::feed
