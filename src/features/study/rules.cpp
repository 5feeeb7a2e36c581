#include "features/study/rules.h"

#include "campus/roster/room_name.h"

namespace homeroom::features::study {

bool runs(const campus::Directory& directory, const Session& session, std::string_view user) {
    return session.host == user || directory.is_staff(user, session.room);
}

bool runs_or_leads(const campus::Directory& directory, const Session& session,
                   std::string_view user) {
    const std::string& leader = session.open() ? session.shared.leader() : session.led_by;
    return leader == user || runs(directory, session, user);
}

bool may_edit(const campus::Directory& directory, const Session& session, std::string_view user) {
    return session.control == Control::everyone || runs_or_leads(directory, session, user);
}

bool is_shown_to_all(const campus::Directory& directory, const std::string& room,
                     std::string_view member) {
    if (directory.is_hidden(member)) return false;
    const auto name = campus::parse_room(room);
    if (!name || name->kind != campus::RoomKind::group) return name.has_value();
    const auto group = directory.groups().find(name->id);
    return group && group->listed;
}

bool may_know(const campus::Directory& directory, const std::string& room, std::string_view viewer,
              std::string_view member) {
    return viewer == member || is_shown_to_all(directory, room, member) ||
           directory.is_staff(viewer, room);
}

}  // namespace homeroom::features::study
