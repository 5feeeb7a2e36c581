// call:attendance: who was in a call from when to when, for those who lead it.
#include "base/limits.h"
#include "campus/contract_json.h"
#include "campus/page.h"
#include "features/calls/attendance.h"
#include "features/calls/limits.h"
#include "features/calls/opening.h"
#include "features/calls/requests.h"
#include "features/calls/rules.h"
#include "features/calls/view.h"

namespace homeroom::features::calls {
namespace {

// The first ones; or behind the place that the `next` of an earlier page gave.
Result<std::int64_t> requested_place(const Json& request) {
    TRY(const auto text, campus::optional_text(request, "after", 32));
    if (!text) return std::int64_t{0};
    TRY(const auto place, campus::requested_page(Json{{"before", *text}}));
    return place;
}

std::int64_t seconds_between(const std::string& from, const std::string& to) {
    const auto begin = parse_rfc3339(from), end = parse_rfc3339(to);
    if (!begin || !end) return 0;
    return std::chrono::duration_cast<std::chrono::seconds>(*end - *begin).count();
}

Json attended_view(const campus::Directory& directory, const Attended& one, WallTime now) {
    std::int64_t seconds = 0;
    Json intervals = Json::array();
    for (const Interval& interval : one.intervals) {
        const bool ended = !interval.left_at.empty();
        seconds += seconds_between(interval.joined_at, ended ? interval.left_at : to_rfc3339(now));
        intervals.push_back(Json{{"joinedAt", interval.joined_at},
                                 {"leftAt", campus::text_or_null(interval.left_at)},
                                 {"how", campus::text_or_null(interval.how)}});
    }
    return Json{{"user", campus::person_json(directory, one.user, one.name)},
                {"seconds", seconds},
                {"intervals", std::move(intervals)}};
}

// Of one in a room its members know; between people those who were of it.
bool may_know_of(const campus::Directory& directory, const Call& call, std::string_view user) {
    if (!call.room.empty()) return directory.is_member(user, call.room);
    return may_see(directory, call, user);
}

}  // namespace

Result<Json> list_call_attendance(ReadCall& call, const Json& request) {
    TRY(const auto id, requested_call(request));
    TRY(const auto after, requested_place(request));
    TRY(const auto limit, campus::requested_limit(request, limits::attendance_page_default,
                                                  limits::attendance_page_max));
    TRY(const auto record, load_call(call.db, id));
    if (!record || !may_know_of(call.directory, record->call, call.who.user)) return no_such_call();
    TRY(auto people, attendance_of(call.db, record->row, after, limit + 1));
    // Judged behind what was read.
    if (!may_know_of(call.directory, record->call, call.who.user)) return no_such_call();
    if (!leads(call.policy, call.directory, record->call, call.who.user))
        return Error{Code::forbidden, "attendance is for who leads the call", "call"};
    Json next = nullptr;
    if (people.size() > limit) {
        people.pop_back();
        next = campus::page_token(people.back().place);
    }
    Json attendance = Json::array();
    const WallTime now = wall_now();
    for (const Attended& one : people)
        attendance.push_back(attended_view(call.directory, one, now));
    return Json{{"call", call_view_for(call.directory, record->call, call.who.user)},
                {"attendance", std::move(attendance)},
                {"next", std::move(next)}};
}

}  // namespace homeroom::features::calls
