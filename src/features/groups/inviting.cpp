// Invitations: who leads a group asks people of the room that it belongs to.
#include <algorithm>

#include "campus/audience.h"
#include "campus/groups/limits.h"
#include "campus/roster/room_name.h"
#include "features/groups/requests.h"
#include "features/groups/rules.h"
#include "features/groups/view.h"

namespace homeroom::features::groups {
namespace {

bool share_any(const std::vector<std::string>& one, const std::vector<std::string>& other) {
    return std::ranges::any_of(
        one, [&](const std::string& room) { return std::ranges::binary_search(other, room); });
}

// Whether the caller may know that somebody is in the group's home. Who has opted out of being
// shown is known to those with whom he is in a class or course, and to its staff.
bool may_know_of(const WriteCall& call, const std::string& home, const std::string& user) {
    const auto& directory = call.directory;
    if (!directory.is_member(user, home)) return false;
    if (!directory.is_hidden(user) || directory.is_school_staff(call.who.user, home)) return true;
    const auto mine = directory.rooms_of(call.who.user);
    const auto his = directory.rooms_of(user);
    return share_any(mine.classes, his.classes) || share_any(mine.courses, his.courses);
}

Status require_few(WriteCall& call, const StoredGroup& group, const std::string& user) {
    auto& db = call.transaction.db();
    TRY(const auto of_group, campus::invitations_of(db, group.group.id));
    if (of_group.size() >= limits::group_invitations_max)
        return Error{Code::too_large, "too many are invited who have not answered", "group"};
    TRY(const auto to_him, campus::invitations_to(db, user));
    if (to_him.size() >= limits::invitations_per_user_max)
        return Error{Code::conflict, "this person cannot be invited at present", "user"};
    return Ok{};
}

Status tell_invited(WriteCall& call, const StoredGroup& group,
                    const campus::Invitation& invitation) {
    return call.transaction.publish(
        {.type = "group:invited",
         .audience =
             campus::Audience::members(campus::room_name(campus::RoomKind::user, invitation.user))
                 .stored(),
         .by_json = campus::by_json(call.who),
         .body = Json{{"invitation", invitation_view(call.directory, group, invitation)}}.dump(),
         .subject = campus::invitation_subject(group.group.id, invitation.user)});
}

Json answer_of(const StoredGroup& group, const std::string& user) {
    return Json{{"groupId", group.group.id}, {"user", user}};
}

}  // namespace

Result<Json> invite(WriteCall& call, const Json& request) {
    TRY(const auto group, led_group(call, request));
    TRY(const auto user, requested_user(request));
    if (!may_know_of(call, group.group.home, user))
        return Error{Code::not_found, "there is nobody of this id whom you may invite", "user"};
    if (group.find(user) != nullptr)
        return Error{Code::conflict, "this person is in the group already", "user"};
    auto& db = call.transaction.db();
    TRY(const auto earlier, campus::load_invitation(db, group.group.id, user));
    if (earlier) return answer_of(group, user);
    TRY_OK(require_few(call, group, user));
    const campus::Invitation invitation{.group = group.group.id,
                                        .user = user,
                                        .by = call.who.user,
                                        .by_name = call.who.name,
                                        .at = call.transaction.at()};
    TRY_OK(campus::insert_invitation(db, invitation));
    TRY_OK(tell_invited(call, group, invitation));
    return answer_of(group, user);
}

Result<Json> uninvite(WriteCall& call, const Json& request) {
    TRY(const auto group, led_group(call, request));
    TRY(const auto user, requested_user(request));
    TRY(const bool invited, campus::delete_invitation(call.transaction, group.group.id, user));
    if (!invited) return Error{Code::not_found, "nobody of this id is invited", "user"};
    const auto by = campus::by_json(call.who);
    TRY_OK(campus::tell_uninvited({call.directory, call.transaction, by}, group.group.id, user));
    return answer_of(group, user);
}

}  // namespace homeroom::features::groups
