// call:attendance: who was in a call from when to when, for those who lead it.
#include "base/limits.h"
#include "campus/page.h"
#include "features/calls/attendance.h"
#include "features/calls/limits.h"
#include "features/calls/opening.h"
#include "features/calls/requests.h"
#include "features/calls/rules.h"
#include "features/calls/view.h"

namespace homeroom::features::calls {
namespace {

// Of one in a room its members know; between people those who were of it.
bool may_know_of(const campus::Directory& directory, const Call& call, std::string_view user) {
    if (!call.room.empty()) return directory.is_member(user, call.room);
    return may_look_up(directory, call, user);
}

}  // namespace

Result<Json> list_call_attendance(ReadCall& call, const Json& request) {
    TRY(const auto id, requested_call(request));
    TRY(const auto after, campus::requested_place(request));
    TRY(const auto limit, campus::requested_limit(request, limits::attendance_page_default,
                                                  limits::attendance_page_max));
    TRY(const auto record, load_call(call.db, id));
    if (!record || !may_know_of(call.directory, record->call, call.who.user)) return no_such_call();
    TRY(auto people, attendance_of(call.db, record->row, after, limit + 1));
    // Judged behind what was read.
    if (!may_know_of(call.directory, record->call, call.who.user)) return no_such_call();
    if (!leads(call.directory, record->call, call.who.user))
        return Error{Code::forbidden, "attendance is for who leads the call", "call"};
    Json next = nullptr;
    if (people.size() > limit) {
        people.pop_back();
        next = campus::page_token(people.back().place);
    }
    Json attendance = Json::array();
    const WallTime now = wall_now();
    for (const campus::Attended& one : people)
        attendance.push_back(campus::attended_view(call.directory, one, now));
    return Json{{"call", call_view_for(call.directory, record->call, call.who.user)},
                {"attendance", std::move(attendance)},
                {"next", std::move(next)}};
}

}  // namespace homeroom::features::calls
