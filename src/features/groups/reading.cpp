// One's own groups, those of a room that one may find, and one of them in full.
#include "base/limits.h"
#include "campus/groups/limits.h"
#include "campus/page.h"
#include "campus/roster/room_name.h"
#include "features/groups/requests.h"
#include "features/groups/rules.h"
#include "features/groups/view.h"

namespace homeroom::features::groups {
namespace {

Result<Json> invitations_json(ReadCall& call) {
    TRY(const auto invitations, campus::invitations_to(call.db, call.who.user));
    Json list = Json::array();
    for (const auto& invitation : invitations) {
        TRY(const auto group, campus::load_group(call.db, invitation.group));
        // One from a room that he has left is kept for when he comes back to it.
        if (group && call.directory.is_member(call.who.user, group->group.home))
            list.push_back(invitation_view(call.directory, *group, invitation));
    }
    return list;
}

Result<Json> invited_json(const ReadCall& call, const StoredGroup& group) {
    TRY(const auto invitations, campus::invitations_of(call.db, group.group.id));
    Json list = Json::array();
    for (const auto& invitation : invitations) {
        list.push_back(
            Json{{"user", campus::person_json(call.directory, invitation.user, invitation.user)},
                 {"by", campus::person_json(call.directory, invitation.by, invitation.by_name)},
                 {"at", invitation.at}});
    }
    return list;
}

struct Found {
    std::int64_t row = 0;
    StoredGroup group{};
};

struct Wanted {
    std::string home{};
    std::string query{};
    std::int64_t before = INT64_MAX;
    std::size_t limit = 0;
};

Status require_home(const ReadCall& call, const std::string& home) {
    if (call.directory.is_member(call.who.user, home)) return Ok{};
    return Error{Code::not_found, "there is no such room", "home"};
}

// As SQLite's lower() does, and PostgreSQL's of a column in byte order: of A to Z.
std::string in_lower_case(std::string text) {
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
}

Result<std::vector<Found>> load_found(store::Database& db, const Wanted& wanted) {
    auto select = db.statement(
        "SELECT row, id FROM study_groups WHERE home = ?1 AND closed_at IS NULL AND row < ?2"
        " AND access IN ('open', 'invitation')"
        " AND (?3 = '' OR instr(lower(title), ?3) > 0) ORDER BY row DESC LIMIT ?4");
    select.bind_all(std::string_view{wanted.home}, wanted.before, in_lower_case(wanted.query),
                    static_cast<std::int64_t>(wanted.limit + 1));
    std::vector<Found> found;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return found;
        TRY(auto group, campus::load_group(db, select.text(1)));
        if (group) found.push_back({select.number(0), std::move(*group)});
    }
}

}  // namespace

Result<Json> list_groups(ReadCall& call, const Json&) {
    Json groups = Json::array();
    for (const std::string& room : call.directory.rooms_of(call.who.user).groups) {
        TRY(const auto group, campus::load_group(call.db, campus::parse_room(room)->id));
        if (group) groups.push_back(own_view(call.directory, *group, call.who.user));
    }
    TRY(auto invitations, invitations_json(call));
    // Behind what was read: he may have left meanwhile.
    for (std::size_t i = groups.size(); i-- > 0;) {
        const std::string room = groups[i].at("room");
        if (!call.directory.is_member(call.who.user, room)) groups.erase(i);
    }
    return Json{{"groups", std::move(groups)}, {"invitations", std::move(invitations)}};
}

Result<Json> find_groups(ReadCall& call, const Json& request) {
    Wanted wanted;
    TRY(wanted.home, campus::required_text(request, "home", campus::room_name_bytes_max));
    TRY_OK(require_home(call, wanted.home));
    TRY(auto query, campus::optional_text(request, "query", limits::group_query_bytes_max));
    wanted.query = std::move(query).value_or("");
    TRY(wanted.before, campus::requested_page(request));
    TRY(wanted.limit,
        campus::requested_limit(request, limits::groups_page_default, limits::groups_page_max));
    TRY(auto found, load_found(call.db, wanted));
    TRY(auto page, campus::make_page(found, wanted.limit, [&](const Found& one) -> Result<Json> {
            return own_view(call.directory, one.group, call.who.user);
        }));
    TRY_OK(require_home(call, wanted.home));
    return Json{{"groups", std::move(page.views)}, {"next", std::move(page.next)}};
}

Result<Json> get_group(ReadCall& call, const Json& request) {
    TRY(const auto group, named_group(call.db, request));
    const std::string& user = call.who.user;
    const bool is_home = call.directory.is_member(user, group.group.home);
    TRY(const auto invitation, heard_invitation(call.db, group.group.id, user));
    // Judged behind what was read.
    const bool is_in = call.directory.is_member(user, group.group.room());
    if (!is_in && !(invitation && is_home) && !is_in_reach(call.directory, group.group, user))
        return unknown_group();
    Json answer{{"group", own_view(call.directory, group, user)}};
    if (!is_in) return answer;
    answer["members"] = members_view(call.directory, group, user);
    if (group.is_staff(user)) {
        TRY(answer["invited"], invited_json(call, group));
    }
    return answer;
}

}  // namespace homeroom::features::groups
