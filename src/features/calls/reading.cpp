// call:get, call:list (whoever was of a call has it in his history), and call:supervised: the calls
// among students that go on and that the staff of a class may come into.
#include <algorithm>

#include "base/limits.h"
#include "base/log.h"
#include "campus/audit_requests.h"
#include "campus/page.h"
#include "campus/roster/room_name.h"
#include "features/calls/limits.h"
#include "features/calls/opening.h"
#include "features/calls/requests.h"
#include "features/calls/rules.h"
#include "features/calls/view.h"

namespace homeroom::features::calls {
namespace {

Status require_staff(const ReadCall& call, const std::string& room) {
    const auto name = campus::parse_room(room);
    const bool meeting =
        name && name->whole() &&
        (name->kind == campus::RoomKind::class_room || name->kind == campus::RoomKind::course);
    if (meeting && call.directory.is_school_staff(call.who.user, room)) return Ok{};
    return Error{Code::not_found, "there is no such room of which you are staff", "room"};
}

}  // namespace

Result<Json> get_call(ReadCall& call, const Json& request) {
    TRY(const auto id, requested_call(request));
    TRY(const auto record, load_call(call.db, id));
    if (!record || !may_look_up(call.directory, record->call, call.who.user)) return no_such_call();
    return Json{{"call", call_view_for(call.directory, record->call, call.who.user)}};
}

Result<Json> list_calls(ReadCall& call, const Json& request) {
    TRY(const auto before, campus::requested_page(request));
    TRY(const auto limit,
        campus::requested_limit(request, limits::rows_per_page_default, limits::rows_per_page_max));
    TRY(auto records, load_calls_of(call.db, call.who.user, before, limit + 1));
    TRY(auto page, campus::make_page(records, limit, [&](const Record& record) -> Result<Json> {
            return call_view_for(call.directory, record.call, call.who.user);
        }));
    return Json{{"calls", std::move(page.views)}, {"next", std::move(page.next)}};
}

Result<Json> list_supervised(ReadCall& call, const Json& request) {
    TRY(const auto room, campus::required_text(request, "room", campus::room_name_bytes_max));
    TRY_OK(require_staff(call, room));
    TRY(const auto records, load_live_calls(call.db, limits::supervised_looked_at_max));
    Json views = Json::array();
    for (const Record& record : records) {
        const auto rooms = overseeing_rooms(call.policy, call.directory, record.call);
        if (std::ranges::find(rooms, room) != rooms.end())
            views.push_back(call_view(call.directory, record.call));
    }
    TRY_OK(require_staff(call, room));
    log::info("supervision: calls listed user={} room={} count={}", call.who.user, room,
              views.size());
    campus::note(call, "supervision.calls", room, {{"calls", views.size()}});
    return Json{{"calls", std::move(views)}};
}

}  // namespace homeroom::features::calls
