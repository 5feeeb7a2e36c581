// A group comes to be, is changed, and goes.
#include <algorithm>

#include "base/clock.h"
#include "base/ids.h"
#include "campus/groups/limits.h"
#include "features/groups/requests.h"
#include "features/groups/rules.h"
#include "features/groups/view.h"

namespace homeroom::features::groups {
namespace {

using campus::GroupAccess;
using campus::GroupHistory;

constexpr auto creating_period = std::chrono::hours{24};

Status allow_creating(const WriteCall& call) {
    auto select = call.transaction.db().statement(
        "SELECT count(*) FROM study_groups WHERE creator = ? AND created_at > ?");
    select.bind_all(std::string_view{call.who.user}, to_rfc3339(wall_now() - creating_period));
    TRY([[maybe_unused]] const bool row, select.step());
    if (select.number(0) < limits::groups_created_per_day_max) return Ok{};
    return Error{Code::rate_limited, "too many new groups in a day", "", std::chrono::hours{1}};
}

// What was there before somebody came is his in a group that anybody finds, and in no other, unless
// it is asked for.
GroupHistory usual_history(GroupAccess access) {
    return access == GroupAccess::open ? GroupHistory::shared : GroupHistory::joined;
}

}  // namespace

Result<Json> create_group(WriteCall& call, const Json& request) {
    campus::StudyGroup made{.id = make_ulid(wall_now()), .created_at = call.transaction.at()};
    TRY(made.title, requested_title(request));
    TRY(auto about, requested_about(request));
    made.about = std::move(about).value_or("");
    TRY(const auto access, requested_access(request));
    made.access = access.value_or(GroupAccess::open);
    TRY(const auto history, requested_history(request));
    made.history = history.value_or(usual_history(made.access));
    TRY(const auto listed, campus::optional_bool(request, "listed"));
    made.listed = listed.value_or(true);
    TRY(made.home, requested_home(call, request));
    TRY_OK(require_maker(call, made.home, made.access));
    TRY_OK(allow_creating(call));
    StoredGroup group{.group = std::move(made)};
    TRY_OK(require_place(call.directory, group, call.who.user));
    TRY_OK(campus::insert_group(call.transaction.db(), group.group, call.who.user));
    const auto by = campus::by_json(call.who);
    TRY_OK(campus::put_into_group({call.directory, call.transaction, by}, group, call.who.user,
                                  campus::GroupRole::owner));
    call.about = group.group.id;
    call.groups.push_back(group.change());
    return Json{{"group", own_view(call.directory, group, call.who.user)}};
}

// Who may see what, by `history` and `listed`, is settled when people come: it is not changed
// afterwards.
Result<Json> update_group(WriteCall& call, const Json& request) {
    TRY(auto group, led_group(call, request));
    call.about = group.group.id;
    const campus::StudyGroup before = group.group;
    if (request.contains("title")) {
        TRY(group.group.title, requested_title(request));
    }
    TRY(auto about, requested_about(request));
    if (request.contains("about")) group.group.about = std::move(about).value_or("");
    TRY(const auto access, requested_access(request));
    if (access && *access != before.access) {
        TRY_OK(owned_group(call, request));
        TRY_OK(require_maker(call, before.home, *access));
        group.group.access = *access;
    }
    const bool changed = group.group.title != before.title || group.group.about != before.about ||
                         group.group.access != before.access;
    if (changed) {
        const auto by = campus::by_json(call.who);
        TRY_OK(campus::update_group(call.transaction.db(), group.group));
        TRY_OK(campus::tell_of_group({call.directory, call.transaction, by}, group));
        call.groups.push_back(group.change());
    }
    return Json{{"group", own_view(call.directory, group, call.who.user)}};
}

Result<Json> close_group(WriteCall& call, const Json& request) {
    TRY(auto group, owned_group(call, request));
    const auto by = campus::by_json(call.who);
    TRY_OK(campus::close_group({call.directory, call.transaction, by}, group));
    call.groups.push_back(group.change());
    return Json{{"groupId", group.group.id}};
}

}  // namespace homeroom::features::groups
