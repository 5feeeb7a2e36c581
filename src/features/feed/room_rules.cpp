#include "features/feed/room_rules.h"

#include "campus/roster/room_name.h"

namespace homeroom::features::feed {

Status require_feed(const campus::Directory& directory, std::string_view user,
                    const std::string& room, const char* field) {
    const auto name = campus::parse_room(room);
    if (!name || !directory.is_member(user, room))
        return Error{Code::not_found, "there is no such room", field};
    if (!name->whole()) {
        return Error{Code::forbidden, "post to the room itself with visibility \"staff\"", field};
    }
    switch (name->kind) {
        case campus::RoomKind::class_room:
        case campus::RoomKind::course:
        case campus::RoomKind::institution:
        case campus::RoomKind::group: return Ok{};
        case campus::RoomKind::user:
        case campus::RoomKind::global: break;
    }
    return Error{Code::forbidden, "this room has no feed", field};
}

}  // namespace homeroom::features::feed
