// What stands between a member of a room and writing there: that he is muted, that the post is
// locked or not published yet, slow mode. The room's staff pass all but the last but one.
#pragma once

#include <string>

#include "campus/surface.h"
#include "features/feed/records.h"

namespace homeroom::features::feed {

// Not muted in the room at this moment.
Status require_voice(const campus::WriteCall& call, const std::string& room, const char* field);
// Not muted, and the post is published and open: for whatever is written under or about it.
Status require_open(const campus::WriteCall& call, const Post& post, const char* field);
// By the staff of the post's room; the caller may see the post.
Status require_staff_of(const campus::WriteCall& call, const Post& post, const char* field);
// By the staff of a room that the caller is in.
Status require_room_staff(const campus::Directory& directory, std::string_view user,
                          const std::string& room);

// Takes the caller's turn to write something new in the room; `rate_limited` when it has not come.
Status take_turn(campus::WriteCall& call, const std::string& room);

// Until when, "" without an end; nothing: not muted.
Result<std::optional<std::string>> muted_until(store::Database& db, const std::string& room,
                                               std::string_view user, std::string_view now);
Result<std::int64_t> slow_seconds(store::Database& db, const std::string& room);

}  // namespace homeroom::features::feed
