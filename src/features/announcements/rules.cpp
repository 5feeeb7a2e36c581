#include "features/announcements/rules.h"

#include "campus/roster/room_name.h"

namespace homeroom::features::announcements {

std::string staff_room_of(std::string_view room) {
    const auto name = campus::parse_room(room);
    return name ? campus::room_name(name->kind, name->id, true) : std::string{};
}

Status require_announcer(const campus::Directory& directory, std::string_view user,
                         const std::string& room) {
    const auto name = campus::parse_room(room);
    if (!name || !directory.is_member(user, room))
        return Error{Code::not_found, "there is no such room", "to"};
    switch (name->kind) {
        case campus::RoomKind::class_room:
        case campus::RoomKind::course:
        case campus::RoomKind::institution:
            if (directory.is_staff(user, room)) return Ok{};
            return Error{Code::forbidden, "only the room's staff may announce", "to"};
        case campus::RoomKind::group:
        case campus::RoomKind::user:
        case campus::RoomKind::global: break;
    }
    return Error{Code::forbidden, "this room has no announcements", "to"};
}

}  // namespace homeroom::features::announcements
