// Making, changing, starting and ending a session.
#include "base/ids.h"
#include "base/limits.h"
#include "campus/contract_json.h"
#include "campus/roster/room_name.h"
#include "features/study/ending.h"
#include "features/study/limits.h"
#include "features/study/records.h"
#include "features/study/requests.h"
#include "features/study/rules.h"
#include "features/study/view.h"

namespace homeroom::features::study {
namespace {

using campus::RoomKind;

bool has(const Json& request, const char* field) {
    const auto found = request.find(field);
    return found != request.end() && !found->is_null();
}

// The class or group that a request names: by its id, or by its room's name.
struct Place {
    std::string room{};
    const char* field = "room";
};
Result<Place> requested_place(const Json& request) {
    const int named =
        int{has(request, "class")} + int{has(request, "group")} + int{has(request, "room")};
    if (named != 1) return Error{Code::invalid, "a session is for one class or one group", "class"};
    if (has(request, "room")) {
        TRY(auto room, campus::required_text(request, "room", campus::room_name_bytes_max));
        return Place{std::move(room), "room"};
    }
    const bool is_class = has(request, "class");
    const char* const field = is_class ? "class" : "group";
    TRY(const auto id, campus::required_text(request, field, limits::identifier_bytes_max));
    return Place{campus::room_name(is_class ? RoomKind::class_room : RoomKind::group, id), field};
}

// The same words for a room that is not the user's and for none.
Status require_place(const WriteCall& call, const Place& place) {
    const auto name = campus::parse_room(place.room);
    if (!name || !call.directory.is_member(call.who.user, place.room))
        return Error{Code::not_found, "there is no such room", place.field};
    if (!name->whole() || (name->kind != RoomKind::class_room && name->kind != RoomKind::group))
        return Error{Code::forbidden, "study sessions are for classes and groups", place.field};
    auto& db = call.transaction.db();
    TRY(const auto open, count_open(db, place.room));
    TRY(const auto own, count_open(db, place.room, call.who.user));
    if (open >= open_sessions_max || own >= open_sessions_of_host_max)
        return Error{Code::too_large, "too many sessions are planned here already", place.field};
    return Ok{};
}

Result<std::string> requested_title(const Json& request) {
    return campus::required_words(request, "title", title_bytes_max);
}

Result<std::string> requested_start(const Json& request) {
    if (!has(request, "startsAt")) return std::string{};
    TRY(const auto text, campus::required_text(request, "startsAt", limits::identifier_bytes_max));
    const auto time = parse_rfc3339(text);
    if (!time)
        return Error{Code::invalid, "startsAt is a time like \"2026-11-23T08:15:30Z\"", "startsAt"};
    const WallTime now = wall_now();
    if (*time <= now) return Error{Code::invalid, "startsAt is past", "startsAt"};
    if (*time > now + limits::schedule_ahead_max)
        return Error{Code::invalid, "startsAt is more than a year ahead", "startsAt"};
    return to_rfc3339(*time);
}

Status take_control(const Json& request, Control& control) {
    TRY(const auto text, campus::optional_text(request, "control", 16));
    if (!text) return Ok{};
    const auto found = control_from(*text);
    if (!found) return Error{Code::invalid, R"(control is "everyone" or "leader")", "control"};
    control = *found;
    return Ok{};
}

Status take_plan(const Json& request, Session& session) {
    const auto plan = request.find("plan");
    if (plan == request.end()) return Ok{};
    TRY(session.shared, Shared::planned(*plan));
    session.plan = plan->dump(-1, ' ', false, Json::error_handler_t::replace);
    return Ok{};
}

// Of a user who may see it and runs it.
Result<Session> run_by_asker(const WriteCall& call, const Json& request) {
    TRY(const auto id, campus::required_text(request, "session", limits::identifier_bytes_max));
    TRY(auto session, visible_session(call.transaction.db(), call.directory, call.who.user, id));
    if (runs(call.directory, session, call.who.user)) return session;
    return Error{Code::forbidden, "only its host and the room's staff may do that", "session"};
}

Error is_over() {
    return {Code::conflict, "the session is over", "session"};
}

Json answer_of(const WriteCall& call, const Session& session) {
    return Json{{"session", session_view(call.directory, session)}};
}

Status tell(const WriteCall& call, const Session& session, const char* type) {
    return announce(call.transaction, call.directory, session, type, campus::by_json(call.who));
}

}  // namespace

Result<Json> create_session(WriteCall& call, const Json& request) {
    TRY(const auto place, requested_place(request));
    TRY_OK(require_place(call, place));
    const bool is_group = campus::parse_room(place.room)->kind == RoomKind::group;
    Session made{.id = make_ulid(wall_now()),
                 .room = place.room,
                 .host = call.who.user,
                 .host_name = call.who.name,
                 .control = is_group ? Control::everyone : Control::leader,
                 .moment = call.transaction.moment(),
                 .created_at = call.transaction.at()};
    TRY(made.title, requested_title(request));
    TRY(made.starts_at, requested_start(request));
    TRY_OK(take_control(request, made.control));
    TRY_OK(take_plan(request, made));
    call.about = made.id;
    TRY_OK(insert_session(call.transaction.db(), made));
    TRY_OK(plan_times(call.transaction, made, wall_now()));
    TRY_OK(tell(call, made, "study:created"));
    return answer_of(call, made);
}

Result<Json> update_session(WriteCall& call, const Json& request) {
    TRY(auto session, run_by_asker(call, request));
    if (!session.open()) return is_over();
    const bool is_of_the_plan = request.contains("startsAt") || request.contains("plan");
    if (is_of_the_plan && session.stage != Stage::planned)
        return Error{Code::conflict, "the session has begun", "session"};
    call.about = session.id;
    const Json before = session_view(call.directory, session);
    if (has(request, "title")) {
        TRY(session.title, requested_title(request));
    }
    TRY_OK(take_control(request, session.control));
    TRY_OK(take_plan(request, session));
    if (request.contains("startsAt")) {
        TRY(session.starts_at, requested_start(request));
        TRY_OK(plan_times(call.transaction, session, wall_now()));
    }
    if (session_view(call.directory, session) == before) return answer_of(call, session);
    TRY_OK(save_session(call.transaction.db(), session));
    TRY_OK(tell(call, session, "study:updated"));
    return answer_of(call, session);
}

Result<Json> start_session(WriteCall& call, const Json& request) {
    TRY(auto session, run_by_asker(call, request));
    if (session.stage == Stage::live) return answer_of(call, session);
    if (!session.open()) return is_over();
    call.about = session.id;
    session.stage = Stage::live;
    session.started_at = call.transaction.at();
    // It is for whoever is in the room by now.
    session.moment = call.transaction.moment();
    TRY_OK(session.shared.lead(call.who.user));
    TRY_OK(save_session(call.transaction.db(), session));
    TRY_OK(forget_times(call.transaction, session.id));
    const WallTime now = wall_now();
    TRY_OK(campus::schedule(call.transaction, length_kind, session.id, now + length_max));
    TRY_OK(campus::schedule(call.transaction, empty_kind, session.id, now + empty_for_max));
    TRY_OK(tell(call, session, "study:started"));
    return answer_of(call, session);
}

Result<Json> end_session(WriteCall& call, const Json& request) {
    TRY(const auto id, campus::required_text(request, "session", limits::identifier_bytes_max));
    TRY(auto session, visible_session(call.transaction.db(), call.directory, call.who.user, id));
    if (!runs_or_leads(call.directory, session, call.who.user))
        return Error{Code::forbidden, "only who leads it, its host and the room's staff may end it",
                     "session"};
    call.about = session.id;
    if (session.open())
        TRY_OK(finish(call.transaction, call.directory, session, wall_now(),
                      campus::by_json(call.who)));
    return answer_of(call, session);
}

}  // namespace homeroom::features::study
