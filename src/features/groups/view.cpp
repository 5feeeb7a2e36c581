#include "features/groups/view.h"

namespace homeroom::features::groups {
namespace {

using campus::Directory;
using campus::Json;
using campus::StoredGroup;

// Where the members are not shown to each other each knows of himself, and the staff of all. Who
// has opted out of being shown is known to the staff alone; who is disabled or gone is not there.
bool may_know(const Directory& directory, const StoredGroup& group, std::string_view user,
              const std::string& member) {
    if (!directory.is_member(member, "global")) return false;
    if (member == user || group.is_staff(user)) return true;
    return group.group.listed && !directory.is_hidden(member);
}

Json count_of(const Directory& directory, const StoredGroup& group, std::string_view user) {
    if (!group.group.listed && !group.is_staff(user)) return nullptr;
    std::size_t count = 0;
    for (const auto& member : group.members)
        count += may_know(directory, group, user, member.user) ? 1 : 0;
    return count;
}

}  // namespace

Json own_view(const Directory& directory, const StoredGroup& group, std::string_view user) {
    Json view = campus::group_view(directory, group);
    const auto* mine = group.find(user);
    view["mine"] = mine == nullptr ? Json(nullptr) : Json{{"role", to_string(mine->role)}};
    view["members"] = count_of(directory, group, user);
    return view;
}

Json members_view(const Directory& directory, const StoredGroup& group, std::string_view user) {
    Json members = Json::array();
    for (const auto& member : group.members) {
        if (!may_know(directory, group, user, member.user)) continue;
        members.push_back(Json{{"user", campus::person_json(directory, member.user, member.user)},
                               {"role", to_string(member.role)}});
    }
    return members;
}

Json invitation_view(const Directory& directory, const StoredGroup& group,
                     const campus::Invitation& invitation) {
    return Json{{"group", campus::group_view(directory, group)},
                {"by", campus::person_json(directory, invitation.by, invitation.by_name)},
                {"at", invitation.at}};
}

}  // namespace homeroom::features::groups
