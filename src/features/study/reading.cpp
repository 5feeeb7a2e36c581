// Reading sessions and who was there.
#include "base/limits.h"
#include "campus/contract_json.h"
#include "campus/page.h"
#include "features/study/attendance.h"
#include "features/study/limits.h"
#include "features/study/records.h"
#include "features/study/requests.h"
#include "features/study/rules.h"
#include "features/study/view.h"

namespace homeroom::features::study {
namespace {

Result<Session> requested_session(const ReadCall& call, const Json& request) {
    TRY(const auto id, campus::required_text(request, "session", limits::identifier_bytes_max));
    return visible_session(call.db, call.directory, call.who.user, id);
}

}  // namespace

Result<Json> get_session(ReadCall& call, const Json& request) {
    TRY(const auto session, requested_session(call, request));
    return Json{{"session", session_view(call.directory, session)}};
}

Result<Json> list_sessions(ReadCall& call, const Json& request) {
    ListQuery query;
    TRY(const auto room, campus::optional_text(request, "room", campus::room_name_bytes_max));
    if (room && !call.directory.is_member(call.who.user, *room))
        return Error{Code::not_found, "there is no such room", "room"};
    query.rooms = room ? std::vector{*room} : call.directory.rooms_of(call.who.user).all();
    TRY(const auto open, campus::optional_bool(request, "open"));
    query.only_open = open.value_or(false);
    TRY(query.before, campus::requested_page(request));
    TRY(const auto limit,
        campus::requested_limit(request, sessions_page_default, sessions_page_max));
    query.limit = limit + 1;
    TRY(auto list, load_sessions(call.db, query));
    TRY(auto page, campus::make_page(list, limit, [&](const Session& one) -> Result<Json> {
            return session_view(call.directory, one);
        }));
    // Judged behind everything that was read.
    for (std::size_t i = list.size(); i-- > 0;) {
        if (!list[i].audience().admits(call.who.user, call.directory)) page.views.erase(i);
    }
    return Json{{"sessions", std::move(page.views)}, {"next", std::move(page.next)}};
}

// For those who run or lead it; who is not shown to all in the room is told to its staff alone.
Result<Json> list_attendance(ReadCall& call, const Json& request) {
    TRY(const auto id, campus::required_text(request, "session", limits::identifier_bytes_max));
    TRY(const auto after, campus::requested_place(request));
    TRY(const auto limit,
        campus::requested_limit(request, attendance_page_default, attendance_page_max));
    TRY(auto people, attendance_of(call.db, id, after, limit + 1));
    TRY(const auto session, requested_session(call, request));
    if (!runs_or_leads(call.directory, session, call.who.user))
        return Error{Code::forbidden,
                     "attendance is for who leads it, its host and the room's staff", "session"};
    Json next = nullptr;
    if (people.size() > limit) {
        people.pop_back();
        next = campus::page_token(people.back().place);
    }
    Json attendance = Json::array();
    const WallTime now = wall_now();
    for (const campus::Attended& one : people) {
        if (may_know(call.directory, session.room, call.who.user, one.user))
            attendance.push_back(campus::attended_view(call.directory, one, now));
    }
    return Json{{"session", session_view(call.directory, session)},
                {"attendance", std::move(attendance)},
                {"next", std::move(next)}};
}

}  // namespace homeroom::features::study
