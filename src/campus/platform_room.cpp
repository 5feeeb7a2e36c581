#include "campus/platform_room.h"

namespace homeroom::campus {
namespace {

bool exists(const Directory& directory, const RoomName& name, const std::string& room) {
    switch (name.kind) {
        case RoomKind::class_room: return directory.class_(name.id).has_value();
        case RoomKind::course: return directory.course(name.id).has_value();
        case RoomKind::institution: return directory.org(name.id).has_value();
        case RoomKind::group: return !directory.members_of(room).empty();
        case RoomKind::user:
        case RoomKind::global: break;
    }
    return false;
}

}  // namespace

Result<RoomKind> require_platform_room(const Directory& directory, const std::string& room,
                                       const char* field) {
    const auto name = parse_room(room);
    if (!name || !name->whole() || !exists(directory, *name, room))
        return Error{Code::not_found, "there is no such room", field};
    return name->kind;
}

}  // namespace homeroom::campus
