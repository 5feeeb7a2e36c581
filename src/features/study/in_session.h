// What the commands of a live session (room.h) have in common.
#pragma once

#include <string>
#include <string_view>

#include "features/study/room.h"

namespace homeroom::features::study {

// A live session in which the user is; `conflict` where he may see it, and is not in it.
Result<Session> entered(const RoomCall& call, const std::string& user, const std::string& id);
// Live, and he may see it.
Result<Session> live_session(const RoomCall& call, const std::string& user, const std::string& id);

// Stores what is different, and looks when somebody will have been away for too long.
Result<Happening> settle(const RoomCall& call, Happening happening);

// One who was in it is in it no more: his hand, his place and the lead with him.
Status take_out(const RoomCall& call, Happening& happening, const Presence& member, Departure how);

void add_news(const RoomCall& call, Happening& happening, const Presence& member,
              const char* change);

}  // namespace homeroom::features::study
