#include "features/calls/settling.h"

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "campus/audience.h"
#include "campus/audit_requests.h"
#include "campus/schedule.h"
#include "features/calls/attendance.h"
#include "features/calls/call_json.h"
#include "features/calls/rules.h"
#include "features/calls/view.h"

namespace homeroom::features::calls {
namespace {

using campus::Audience;
using campus::Json;

std::string_view event_of(NewsKind kind) {
    switch (kind) {
        case NewsKind::started: return "call:started";
        case NewsKind::ringing: return "call:ringing";
        case NewsKind::accepted: return "call:accepted";
        case NewsKind::declined: return "call:declined";
        case NewsKind::missed: return "call:missed";
        case NewsKind::member: return "call:member";
        case NewsKind::removed: return "call:removed";
        case NewsKind::ended: return "call:ended";
        case NewsKind::screen_requested: return "screen:requested";
        case NewsKind::screen_granted: return "screen:granted";
        case NewsKind::screen_denied: return "screen:denied";
        case NewsKind::screen_started: return "screen:started";
        case NewsKind::screen_stopped: return "screen:stopped";
        case NewsKind::changed:
        case NewsKind::refused: return "call:changed";
        case NewsKind::admitted: return "call:admitted";
        case NewsKind::denied: return "call:denied";
    }
    return "";
}

// The named, as long as they may be in the room; of a call between people, as long as they are.
Audience named(const Call& call, std::vector<std::string> users) {
    if (call.room.empty()) return Audience::people("call-" + call.id, std::move(users));
    return Audience::users(call.room, std::move(users));
}

// Whether it tells of somebody who is, or was until then, of the call: not of who waits to be let
// in, who may have gone from it before.
bool is_about_people_of_it(const News& news) {
    switch (news.kind) {
        case NewsKind::changed:
        case NewsKind::refused:
        case NewsKind::admitted:
        case NewsKind::denied: return false;
        default: return true;
    }
}

// Who is in it or whom it rings at, and whom a change is about: whoever went is told that, and no
// more of the call.
std::vector<std::string> concerned(const Call& call, const Happenings& all) {
    std::vector<std::string> users;
    for (const Leg& leg : call.legs) {
        if (leg.hidden || leg.state == LegState::removed) continue;
        const bool named = std::ranges::any_of(all, [&](const News& news) {
            return is_about_people_of_it(news) &&
                   std::ranges::find(news.users, leg.user) != news.users.end();
        });
        if (leg.is_open() || named) users.push_back(leg.user);
    }
    return users;
}

// He himself, and those among them who lead it.
std::vector<std::string> confidants(const campus::Directory& directory, const Call& call,
                                    const News& news, std::vector<std::string> people) {
    std::erase_if(people, [&](const std::string& user) {
        return user != news.users.front() && !leads(directory, call, user);
    });
    return people;
}

Audience audience_of(const campus::Directory& directory, const Call& call, const News& news,
                     const std::vector<std::string>& people) {
    switch (news.kind) {
        case NewsKind::started:
            return call.room.empty() ? named(call, {call.host}) : Audience::members(call.room);
        case NewsKind::ended:
            return call.room.empty() ? named(call, people) : Audience::members(call.room);
        case NewsKind::ringing:
        case NewsKind::missed:
        case NewsKind::admitted:
        case NewsKind::denied: return named(call, news.users);
        case NewsKind::refused: return named(call, confidants(directory, call, news, people));
        // He is in none of its rooms any more.
        case NewsKind::removed: return Audience::people("call-" + call.id, news.users);
        default: return named(call, people);
    }
}

Json person_of(const campus::Directory& directory, const std::string& user) {
    const auto person = directory.person(user);
    return Json{{"id", user}, {"name", person ? person->name : user}};
}

Json body_of(const campus::Directory& directory, const Call& call, const News& news) {
    if (news.kind == NewsKind::removed || news.kind == NewsKind::admitted ||
        news.kind == NewsKind::denied)
        return Json{{"callId", call.id}};
    // To all of the room; who was let in finds the people in his history.
    const bool is_behind_a_lobby = news.kind == NewsKind::ended && call.lesson.lobby;
    const std::string refuser = news.kind == NewsKind::refused ? news.users.front() : "";
    Json body{{"call", is_behind_a_lobby ? outside_view(directory, call)
                                         : call_view(directory, call, refuser)}};
    switch (news.kind) {
        case NewsKind::changed:
        case NewsKind::refused:
            body["change"] = news.word;
            body["users"] = news.users;
            break;
        case NewsKind::ringing: {
            const Leg* const leg = call.leg_of(news.users.front());
            body["silent"] = news.silent;
            body["until"] = to_rfc3339(leg == nullptr ? call.until : leg->until);
            break;
        }
        case NewsKind::member: body["change"] = news.word; [[fallthrough]];
        case NewsKind::accepted:
        case NewsKind::declined:
        case NewsKind::screen_requested:
        case NewsKind::screen_denied:
        case NewsKind::screen_started:
            body["user"] = person_of(directory, news.users.front());
            break;
        case NewsKind::screen_granted:
            body["user"] = person_of(directory, news.users.front());
            body["until"] = to_rfc3339(news.until);
            break;
        case NewsKind::screen_stopped:
            body["user"] = person_of(directory, news.users.front());
            body["why"] = news.word;
            break;
        default: break;
    }
    return body;
}

std::string text_of(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Status publish(store::Transaction& transaction, const campus::Directory& directory,
               const Call& call, const Happenings& all, const std::string& by) {
    // The first tells the server itself how the call is now (Calls::on_event).
    std::string notes = text_of(to_stored(call, Keeping::told));
    const auto people = concerned(call, all);
    for (const News& news : all) {
        const Audience audience =
            audience_of(directory, call, news, people).at(transaction.moment());
        TRY_OK(transaction.publish({.type = std::string{event_of(news.kind)},
                                    .audience = audience.stored(),
                                    .by_json = by,
                                    .body = text_of(body_of(directory, call, news)),
                                    .notes = std::exchange(notes, {})}));
    }
    return Ok{};
}

// However it ended: he said so, or went, or the call is over.
Status note_end_of_recording(store::Transaction& transaction, const Record& record,
                             const std::string& by) {
    if (!record.was_recorded || record.call.lesson.is_recorded()) return Ok{};
    const Json who = Json::parse(by, nullptr, false);
    return campus::audit(
        transaction,
        {.actor = who.is_object() ? who.value("id", "") : std::string{campus::the_server},
         .action = "recording.stop",
         .subject = record.call.id,
         .details = campus::audit_details({{"room", record.call.room}})});
}

Status schedule_next(store::Transaction& transaction, const Call& call) {
    const auto next = next_deadline(call);
    if (!next) return campus::unschedule(transaction, deadline_kind, call.id);
    return campus::schedule(transaction, deadline_kind, call.id, *next);
}

}  // namespace

Status settle(store::Transaction& transaction, const campus::Directory& directory,
              const Record& record, const Happenings& news, const std::string& by) {
    TRY_OK(update_call(transaction.db(), record));
    TRY_OK(record_attendance(transaction.db(), record, transaction.at()));
    TRY_OK(note_end_of_recording(transaction, record, by));
    TRY_OK(schedule_next(transaction, record.call));
    return publish(transaction, directory, record.call, news, by);
}

Result<Record> settle_new(store::Transaction& transaction, const campus::Directory& directory,
                          Begun begun, const std::string& by) {
    Record record{.call = std::move(begun.call)};
    TRY(record.row, insert_call(transaction.db(), record.call));
    TRY_OK(record_attendance(transaction.db(), record, transaction.at()));
    TRY_OK(schedule_next(transaction, record.call));
    TRY_OK(publish(transaction, directory, record.call, begun.news, by));
    return record;
}

}  // namespace homeroom::features::calls
