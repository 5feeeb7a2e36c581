// Making, changing, starting and ending a live class.
#include "base/ids.h"
#include "base/limits.h"
#include "campus/audit.h"
#include "campus/contract_json.h"
#include "features/live/limits.h"
#include "features/live/records.h"
#include "features/live/requests.h"
#include "features/live/rules.h"
#include "features/live/settling.h"
#include "features/live/view.h"

namespace homeroom::features::live {
namespace {

bool has(const Json& request, const char* field) {
    const auto found = request.find(field);
    return found != request.end() && !found->is_null();
}

Result<std::string> requested_title(const Json& request) {
    return campus::required_words(request, "title", title_bytes_max);
}

Result<std::optional<WallTime>> requested_start(const Json& request) {
    if (!has(request, "startsAt")) return std::optional<WallTime>{};
    TRY(const auto text, campus::required_text(request, "startsAt", limits::identifier_bytes_max));
    const auto time = parse_rfc3339(text);
    if (!time)
        return Error{Code::invalid, "startsAt is a time like \"2026-11-23T08:15:30Z\"", "startsAt"};
    const WallTime now = wall_now();
    if (*time <= now) return Error{Code::invalid, "startsAt is past", "startsAt"};
    if (*time > now + limits::schedule_ahead_max)
        return Error{Code::invalid, "startsAt is more than a year ahead", "startsAt"};
    return time;
}

Error is_over() {
    return {Code::conflict, "the live class is over", "live"};
}

Json answer_of(const WriteCall& call, const LiveClass& live) {
    return Json{{"live", live_view(call.directory, live)}};
}

// Of somebody who may see it and runs it.
Result<LiveClass> run_by_asker(const WriteCall& call, const Json& request) {
    TRY(const auto id, campus::required_text(request, "live", limits::identifier_bytes_max));
    auto& db = call.transaction.db();
    if (call.who.service) {
        TRY(auto found, load_live(db, id));
        if (!found) return Error{Code::not_found, "there is no such live class", "live"};
        return std::move(*found);
    }
    TRY(auto live, visible_live(db, call.directory, call.who.user, id));
    if (runs(call.directory, call.who, live.room)) return live;
    return Error{Code::forbidden, "only the room's staff may do that", "live"};
}

// It is stored, and has neither a time nor been told of.
Result<LiveClass> make(WriteCall& call, const Json& request) {
    TRY(auto room, requested_room(call, request));
    auto& db = call.transaction.db();
    LiveClass made{.id = make_ulid(wall_now()),
                   .room = std::move(room),
                   .host = call.who.user,
                   .host_name = call.who.name,
                   .moment = call.transaction.moment(),
                   .created_at = call.transaction.at()};
    TRY(made.title, requested_title(request));
    TRY(made.url, requested_url(request));
    TRY(const auto open, count_open(db, made.room));
    if (open >= open_max)
        return Error{Code::too_large, "too many live classes are planned here already", "title"};
    call.about = made.id;
    TRY_OK(insert_live(db, made));
    return made;
}

Status settle_by_asker(WriteCall& call, LiveClass& live, News news) {
    call.about = live.id;
    return settle(call.transaction, call.directory, live, news, campus::by_json(call.who));
}

Status note(WriteCall& call, std::string_view action, const LiveClass& live) {
    return campus::audit(call.transaction, {.actor = call.who.user,
                                            .action = action,
                                            .subject = live.id,
                                            .details = Json{{"room", live.room}}.dump()});
}

}  // namespace

Result<Json> schedule_live(WriteCall& call, const Json& request) {
    TRY(const auto starts, requested_start(request));
    TRY(auto live, make(call, request));
    TRY(const auto settings, load_settings(call.transaction.db()));
    live.plan(starts, settings.times, wall_now());
    TRY_OK(settle_by_asker(call, live, News::scheduled));
    return answer_of(call, live);
}

Result<Json> update_live(WriteCall& call, const Json& request) {
    TRY(auto live, run_by_asker(call, request));
    if (live.over()) return is_over();
    if (live.on_air() && (request.contains("startsAt") || request.contains("url")))
        return Error{Code::conflict, "the live class has begun", "live"};
    const Json before = live_view(call.directory, live);
    const std::string url = live.url;
    if (has(request, "title")) {
        TRY(live.title, requested_title(request));
    }
    if (request.contains("url")) {
        TRY(live.url, requested_url(request));
    }
    if (request.contains("startsAt")) {
        TRY(const auto starts, requested_start(request));
        TRY(const auto settings, load_settings(call.transaction.db()));
        live.plan(starts, settings.times, wall_now());
    }
    call.about = live.id;
    const bool same = live_view(call.directory, live) == before && live.url == url;
    if (!same) TRY_OK(settle_by_asker(call, live, News::planned));
    return answer_of(call, live);
}

// Of one that goes on, `live:end`.
Result<Json> cancel_live(WriteCall& call, const Json& request) {
    TRY(auto live, run_by_asker(call, request));
    if (live.on_air() || live.stage == Stage::ended || live.stage == Stage::recorded)
        return Error{Code::conflict, "the live class has begun", "live"};
    call.about = live.id;
    if (const News news = live.end(wall_now()); news != News::none)
        TRY_OK(settle_by_asker(call, live, news));
    return answer_of(call, live);
}

// One that was planned, or a new one out of hand.
Result<Json> start_live(WriteCall& call, const Json& request) {
    const bool is_planned = has(request, "live");
    // One that is planned has its room.
    if (is_planned && names_place(request))
        return Error{Code::invalid, "a room is named for a new one only", "live"};
    TRY(auto live, is_planned ? run_by_asker(call, request) : make(call, request));
    if (live.over()) return is_over();
    call.about = live.id;
    // Of whoever has prepared it and left the staff since, nothing is seen.
    if (!live.on_air() && !is_presented(call.directory, live.room, live.presenter))
        live.presenter.clear();
    const News news = live.start(call.who.user, wall_now());
    if (news != News::none) TRY_OK(settle_by_asker(call, live, news));
    return answer_of(call, live);
}

// The ticket itself is made where the answer is given (viewing.cpp), and is in no row.
Result<Json> publish_live(WriteCall& call, const Json& request) {
    TRY(auto live, run_by_asker(call, request));
    if (live.over()) return is_over();
    if (!live.url.empty())
        return Error{Code::conflict,
                     "its stream is elsewhere; only what is on the school's media"
                     " server can be sent to",
                     "live"};
    const News news = live.prepare(call.who.user, wall_now());
    if (may_take_over(call.directory, call.who.user, live.room, live.presenter))
        live.presenter = call.who.user;
    if (!may_publish(call.directory, call.who.user, live.room, live.presenter))
        return Error{Code::forbidden, "only who has started it may send", "live"};
    call.about = live.id;
    TRY_OK(settle_by_asker(call, live, news));
    TRY_OK(note(call, "live.publish", live));
    return answer_of(call, live);
}

Result<Json> end_live(WriteCall& call, const Json& request) {
    TRY(auto live, run_by_asker(call, request));
    call.about = live.id;
    if (const News news = live.end(wall_now()); news != News::none)
        TRY_OK(settle_by_asker(call, live, news));
    return answer_of(call, live);
}

Result<Json> record_live(WriteCall& call, const Json& request) {
    TRY(auto live, run_by_asker(call, request));
    TRY(const auto url, requested_url(request));
    if (url.empty()) return Error{Code::invalid, "url is missing", "url"};
    if (live.stage != Stage::ended && live.stage != Stage::recorded)
        return Error{Code::conflict, "the live class has not ended", "live"};
    call.about = live.id;
    const WallTime now = wall_now();
    const News news = live.hear({.what = Heard::recording, .at = now, .url = url}, Times{}, now);
    if (news == News::none) return answer_of(call, live);
    TRY_OK(settle_by_asker(call, live, news));
    TRY_OK(note(call, "live.recording", live));
    return answer_of(call, live);
}

}  // namespace homeroom::features::live
