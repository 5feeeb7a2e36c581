// Coming and going by one's own will.
#include "features/groups/requests.h"
#include "features/groups/rules.h"
#include "features/groups/view.h"

namespace homeroom::features::groups {
namespace {

using campus::GroupAccess;

Result<Json> come_in(WriteCall& call, StoredGroup group) {
    TRY_OK(require_place(call.directory, group, call.who.user));
    const auto by = campus::by_json(call.who);
    TRY_OK(campus::put_into_group({call.directory, call.transaction, by}, group, call.who.user,
                                  campus::GroupRole::member));
    call.groups.push_back(group.change());
    return Json{{"group", own_view(call.directory, group, call.who.user)}};
}

Result<bool> is_invited(WriteCall& call, const campus::StudyGroup& group) {
    if (!call.directory.is_member(call.who.user, group.home)) return false;
    TRY(const auto invitation,
        campus::load_invitation(call.transaction.db(), group.id, call.who.user));
    return invitation.has_value();
}

}  // namespace

Result<Json> join_group(WriteCall& call, const Json& request) {
    TRY(auto group, named_group(call.transaction.db(), request));
    if (call.directory.is_member(call.who.user, group.group.room()))
        return Json{{"group", own_view(call.directory, group, call.who.user)}};
    TRY(const bool invited, is_invited(call, group.group));
    const bool in_reach = is_in_reach(call.directory, group.group, call.who.user);
    if (invited || (in_reach && group.group.access == GroupAccess::open))
        return come_in(call, std::move(group));
    if (in_reach) return Error{Code::forbidden, "one comes in by invitation only", "group"};
    return unknown_group();
}

Result<Json> leave_group(WriteCall& call, const Json& request) {
    TRY(auto group, own_group(call, request));
    const auto by = campus::by_json(call.who);
    const Json answer{{"groupId", group.group.id}};
    TRY_OK(campus::take_out_of_group({call.directory, call.transaction, by}, group, call.who.user,
                                     campus::Leaving::left));
    call.groups.push_back(group.change());
    return answer;
}

Result<Json> accept_invitation(WriteCall& call, const Json& request) {
    TRY(auto group, named_group(call.transaction.db(), request));
    if (call.directory.is_member(call.who.user, group.group.room()))
        return Json{{"group", own_view(call.directory, group, call.who.user)}};
    TRY(const bool invited, is_invited(call, group.group));
    if (!invited) return unknown_group();
    return come_in(call, std::move(group));
}

// Whoever invited him is not told; they see that he is invited no longer.
Result<Json> decline_invitation(WriteCall& call, const Json& request) {
    TRY(const auto id, campus::required_text(request, "group", limits::identifier_bytes_max));
    TRY(const bool invited, campus::delete_invitation(call.transaction, id, call.who.user));
    if (!invited) return unknown_group();
    const auto by = campus::by_json(call.who);
    TRY_OK(campus::tell_uninvited({call.directory, call.transaction, by}, id, call.who.user));
    return Json{{"groupId", id}};
}

}  // namespace homeroom::features::groups
