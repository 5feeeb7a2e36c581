// Groups that the platform's back end keeps: made, changed and closed by their ids, with whoever it
// says in them. The same groups to everybody else.
#include <algorithm>

#include "campus/groups/limits.h"
#include "campus/roster/room_name.h"
#include "features/groups/requests.h"
#include "features/groups/rules.h"
#include "features/groups/view.h"

namespace homeroom::features::groups {
namespace {

using campus::GroupMember;
using campus::GroupRole;

Error wrong_members(const char* words) {
    return Error{Code::invalid, words, "members"};
}

// [{ userSourcedId, role }], one of them the owner. Nothing: as they are.
Result<std::optional<std::vector<GroupMember>>> requested_members(const WriteCall& call,
                                                                  const Json& request,
                                                                  const std::string& home) {
    const auto found = request.find("members");
    if (found == request.end() || found->is_null())
        return std::optional<std::vector<GroupMember>>{};
    const Error wrong = wrong_members("members is a list of { userSourcedId, role }");
    if (!found->is_array()) return wrong;
    if (found->empty() || found->size() > limits::group_members_max)
        return wrong_members("a group has 1 to 250 members");
    std::vector<GroupMember> members;
    std::size_t owners = 0;
    for (const Json& one : *found) {
        if (!one.is_object()) return wrong;
        const auto user = one.find("userSourcedId");
        const auto role = one.find("role");
        if (user == one.end() || !user->is_string()) return wrong;
        GroupMember member{.user = *user};
        if (role != one.end()) {
            const auto read = role->is_string()
                                  ? campus::group_role_from_text(role->get<std::string>())
                                  : std::nullopt;
            if (!read) return wrong_members(R"(a role is "member", "staff" or "owner")");
            member.role = *read;
        }
        if (!call.directory.is_member(member.user, home))
            return wrong_members("members names somebody who is not in the group's home");
        if (std::ranges::find(members, member.user, &GroupMember::user) != members.end())
            return wrong_members("members names somebody twice");
        owners += member.role == GroupRole::owner ? 1 : 0;
        members.push_back(std::move(member));
    }
    if (owners != 1) return wrong_members("one of the members is the owner");
    return std::optional{std::move(members)};
}

Result<campus::StudyGroup> requested_group(const WriteCall& call, const Json& request,
                                           campus::StudyGroup group) {
    TRY(group.title, requested_title(request));
    TRY(auto about, requested_about(request));
    group.about = std::move(about).value_or("");
    TRY(const auto access, requested_access(request));
    group.access = access.value_or(group.access);
    TRY(const auto history, requested_history(request));
    TRY(const auto listed, campus::optional_bool(request, "listed"));
    TRY(const auto home, campus::optional_text(request, "home", campus::room_name_bytes_max));
    if (group.home.empty()) {  // a new one
        group.history = history.value_or(group.access == campus::GroupAccess::open
                                             ? campus::GroupHistory::shared
                                             : campus::GroupHistory::joined);
        group.listed = listed.value_or(true);
        group.home = home.value_or("");
        const auto name = campus::parse_room(group.home);
        const bool fits = name && name->whole() && name->kind != campus::RoomKind::user &&
                          name->kind != campus::RoomKind::group &&
                          name->kind != campus::RoomKind::global;
        if (!fits || call.directory.title_of(group.home).empty())
            return Error{Code::invalid, "home names no class, course or institution", "home"};
        return group;
    }
    if ((history && *history != group.history) || (listed && *listed != group.listed) ||
        (home && *home != group.home))
        return Error{Code::conflict, "history, listed and home are as they were made", "history"};
    return group;
}

// Those who come first, so that the group is never without anybody.
Status set_members(WriteCall& call, StoredGroup& group, const std::vector<GroupMember>& wanted) {
    static const std::string nobody = "null";
    const campus::GroupStep step{call.directory, call.transaction, nobody};
    for (const GroupMember& member : wanted) {
        const auto* is = group.find(member.user);
        if (is == nullptr || is->role != member.role)
            TRY_OK(campus::put_into_group(step, group, member.user, member.role));
    }
    std::vector<std::string> leaving;
    for (const GroupMember& member : group.members) {
        if (std::ranges::find(wanted, member.user, &GroupMember::user) == wanted.end())
            leaving.push_back(member.user);
    }
    for (const std::string& user : leaving) {
        // No longer the owner, who is named.
        std::ranges::find(group.members, user, &GroupMember::user)->role = GroupRole::member;
        TRY_OK(campus::take_out_of_group(step, group, user, campus::Leaving::removed));
    }
    return Ok{};
}

}  // namespace

Result<Json> put_group(WriteCall& call, const Json& request) {
    auto& db = call.transaction.db();
    TRY(const auto id, campus::required_text(request, "group", limits::identifier_bytes_max));
    if (!campus::is_valid_id(id)) return Error{Code::invalid, "this is no id", "group"};
    TRY(auto stored, campus::load_group(db, id));
    TRY(const bool used, campus::was_group(db, id));
    if (!stored && used)
        return Error{Code::conflict, "a group of this id was closed; take another", "group"};
    const bool is_new = !stored.has_value();
    StoredGroup group = stored
                            ? std::move(*stored)
                            : StoredGroup{.group = {.id = id, .created_at = call.transaction.at()}};
    const campus::StudyGroup before = group.group;
    TRY(group.group, requested_group(call, request, std::move(group.group)));
    TRY(const auto members, requested_members(call, request, group.group.home));
    if (is_new && !members) return wrong_members("a new group needs members");
    TRY_OK(is_new ? campus::insert_group(db, group.group, call.who.user)
                  : campus::update_group(db, group.group));
    call.about = id;
    if (members) TRY_OK(set_members(call, group, *members));
    static const std::string nobody = "null";
    if (!is_new && (before.title != group.group.title || before.about != group.group.about ||
                    before.access != group.group.access))
        TRY_OK(campus::tell_of_group({call.directory, call.transaction, nobody}, group));
    call.groups.push_back(group.change());
    return Json{{"group", campus::group_view(call.directory, group)}};
}

Result<Json> delete_group(WriteCall& call, const Json& request) {
    TRY(const auto id, campus::required_text(request, "group", limits::identifier_bytes_max));
    TRY(auto group, campus::load_group(call.transaction.db(), id));
    if (!group) return Json{{"groupId", id}};
    static const std::string nobody = "null";
    TRY_OK(campus::close_group({call.directory, call.transaction, nobody}, *group));
    call.groups.push_back(group->change());
    return Json{{"groupId", id}};
}

}  // namespace homeroom::features::groups
