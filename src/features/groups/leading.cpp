// What those who lead a group do with its members.
#include "features/groups/requests.h"
#include "features/groups/rules.h"
#include "features/groups/view.h"

namespace homeroom::features::groups {
namespace {

using campus::GroupMember;
using campus::GroupRole;

Result<GroupMember> requested_member(const StoredGroup& group, const Json& request) {
    TRY(const auto user, requested_user(request));
    const GroupMember* member = group.find(user);
    if (member == nullptr) return Error{Code::not_found, "there is no such member", "user"};
    return *member;
}

Json answer_of(WriteCall& call, const StoredGroup& group) {
    call.groups.push_back(group.change());
    return Json{{"group", own_view(call.directory, group, call.who.user)}};
}

}  // namespace

Result<Json> remove_member(WriteCall& call, const Json& request) {
    TRY(auto group, led_group(call, request));
    TRY(const auto member, requested_member(group, request));
    if (member.user == call.who.user)
        return Error{Code::invalid, "this is you yourself; leave the group", "user"};
    if (member.role == GroupRole::owner)
        return Error{Code::forbidden, "the owner cannot be removed", "user"};
    if (member.role == GroupRole::staff) TRY_OK(owned_group(call, request));
    const auto by = campus::by_json(call.who);
    TRY_OK(campus::take_out_of_group({call.directory, call.transaction, by}, group, member.user,
                                     campus::Leaving::removed));
    return answer_of(call, group);
}

Result<Json> appoint_member(WriteCall& call, const Json& request) {
    TRY(auto group, owned_group(call, request));
    TRY(const auto member, requested_member(group, request));
    TRY(const auto staff, campus::optional_bool(request, "staff"));
    if (!staff) return Error{Code::invalid, "staff is true or false", "staff"};
    if (member.role == GroupRole::owner)
        return Error{Code::conflict, "the owner hands the group over instead", "user"};
    const auto role = *staff ? GroupRole::staff : GroupRole::member;
    if (member.role == role) return Json{{"group", own_view(call.directory, group, call.who.user)}};
    const auto by = campus::by_json(call.who);
    TRY_OK(
        campus::put_into_group({call.directory, call.transaction, by}, group, member.user, role));
    return answer_of(call, group);
}

// Whoever had it stays as one of its staff.
Result<Json> transfer_group(WriteCall& call, const Json& request) {
    TRY(auto group, owned_group(call, request));
    TRY(const auto heir, requested_member(group, request));
    if (heir.user == call.who.user) return Error{Code::conflict, "this is you yourself", "user"};
    if (!call.directory.is_member(heir.user, "global"))
        return Error{Code::conflict, "this person is not there at present", "user"};
    const auto by = campus::by_json(call.who);
    const campus::GroupStep step{call.directory, call.transaction, by};
    TRY_OK(campus::put_into_group(step, group, call.who.user, GroupRole::staff));
    TRY_OK(campus::put_into_group(step, group, heir.user, GroupRole::owner));
    TRY_OK(campus::tell_of_group(step, group));
    return answer_of(call, group);
}

}  // namespace homeroom::features::groups
