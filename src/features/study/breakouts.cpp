// Breakout rooms: the people of a session in parts, each with an agenda and a thing to look at of
// its own, until they are called back or their time is over.
#include <algorithm>

#include "base/limits.h"
#include "features/study/in_session.h"
#include "features/study/limits.h"
#include "features/study/rules.h"
#include "features/study/view.h"

namespace homeroom::features::study {
namespace {

using campus::Json;

Status require_lead(const RoomCall& call, const std::string& user, const Session& session) {
    if (runs_or_leads(call.directory, session, user)) return Ok{};
    return Error{Code::forbidden,
                 "breakout rooms are for who leads it, its host and the room's staff", "session"};
}

// Never one that was there before, so that nothing of that is taken for this one's.
std::string breakout_id(const Session& session, std::size_t number) {
    return std::to_string(session.shared.version() + 1) + "-" + std::to_string(number);
}

void add_room(const Session& session, Breakouts& breakouts, std::string title) {
    const std::size_t number = breakouts.rooms.size() + 1;
    if (title.empty()) title = "Room " + std::to_string(number);
    breakouts.rooms.push_back({.id = breakout_id(session, number), .title = std::move(title)});
}

struct Asker {
    const RoomCall& call;
    const std::string& user;
    const Session& session;
    const std::vector<Presence>& members;

    // The same words for who is not there and for whom he may not know to be.
    Status require_member(const std::string& one) const {
        const bool there = std::ranges::find(members, one, &Presence::user) != members.end();
        if (there && may_know(call.directory, session.room, user, one)) return Ok{};
        return Error{Code::not_found, "there is no such member in the session", "users"};
    }
};

Status fill(const Asker& asker, const Json& users, Breakouts& breakouts) {
    const Error wrong{Code::invalid, "users is a list of ids, each in one room", "users"};
    if (!users.is_array() || users.size() > members_max) return wrong;
    for (const Json& one : users) {
        if (!one.is_string()) return wrong;
        const auto id = one.get<std::string>();
        if (breakouts.of(id) != nullptr) return wrong;
        TRY_OK(asker.require_member(id));
        breakouts.rooms.back().users.push_back(id);
    }
    return Ok{};
}

// rooms := [ { title?, users?: [id…] }, … ]
Status take_rooms(const Asker& asker, const Json& rooms, Breakouts& breakouts) {
    const Error wrong{Code::invalid, "rooms is a list of 1 to 30 objects with title and users",
                      "rooms"};
    if (!rooms.is_array() || rooms.empty() || rooms.size() > breakouts_max) return wrong;
    for (const Json& room : rooms) {
        if (!room.is_object()) return wrong;
        TRY(auto title, campus::optional_text(room, "title", title_bytes_max));
        add_room(asker.session, breakouts, std::move(title).value_or(""));
        const auto users = room.find("users");
        if (users != room.end()) TRY_OK(fill(asker, *users, breakouts));
    }
    return Ok{};
}

// Everybody but those who lead, one after the other as they came.
void spread(const Asker& asker, std::int64_t count, Breakouts& breakouts) {
    for (std::int64_t i = 0; i < count; ++i) add_room(asker.session, breakouts, "");
    std::size_t next = 0;
    for (const Presence& member : asker.members) {
        if (runs_or_leads(asker.call.directory, asker.session, member.user)) continue;
        breakouts.rooms[next++ % breakouts.rooms.size()].users.push_back(member.user);
    }
}

void place_all(Happening& happening, const std::optional<Breakouts>& breakouts) {
    if (!breakouts) return;
    for (const Breakout& room : breakouts->rooms)
        happening.placed.insert(happening.placed.end(), room.users.begin(), room.users.end());
}

Json answer_of(const RoomCall& call, const Session& session, const std::vector<Presence>& members,
               const std::string& user) {
    return Json{{"state", state_view(call.directory, session)},
                {"version", session.shared.version()},
                {"members", members_view(call.directory, session, members, user)}};
}

}  // namespace

Result<Happening> divide(RoomCall& call, const std::string& user, const std::string& id,
                         const Json& request) {
    TRY(auto session, entered(call, user, id));
    TRY_OK(require_lead(call, user, session));
    TRY(const auto count, campus::optional_number(request, "count", 1, breakouts_max));
    TRY(const auto seconds, campus::optional_number(request, "seconds", 1, breakout_seconds_max));
    const auto rooms = request.find("rooms");
    const bool has_rooms = rooms != request.end() && !rooms->is_null();
    if (has_rooms == count.has_value())
        return Error{Code::invalid, "either rooms, or how many of them (count)", "rooms"};
    TRY(const auto members, present_in(call.transaction.db(), id));
    const Asker asker{call, user, session, members};
    Breakouts made;
    if (seconds) made.ends_at = call.now + std::chrono::seconds{*seconds};
    if (has_rooms) {
        TRY_OK(take_rooms(asker, *rooms, made));
    } else {
        spread(asker, *count, made);
    }
    Happening happening;
    place_all(happening, session.breakouts);  // who was in one, and may be in none now
    session.breakouts = std::move(made);
    happening.state = session.shared.touch();
    place_all(happening, session.breakouts);
    std::ranges::sort(happening.placed);
    const auto repeated = std::ranges::unique(happening.placed);
    happening.placed.erase(repeated.begin(), repeated.end());
    happening.session = std::move(session);
    happening.answer = answer_of(call, happening.session, members, user);
    return settle(call, std::move(happening));
}

Result<Happening> gather(RoomCall& call, const std::string& user, const std::string& id,
                         const Json&) {
    TRY(auto session, entered(call, user, id));
    TRY_OK(require_lead(call, user, session));
    Happening happening;
    happening.gathered = session.breakouts.has_value();
    session.breakouts.reset();
    if (happening.gathered) happening.state = session.shared.touch();
    happening.session = std::move(session);
    TRY(const auto members, present_in(call.transaction.db(), id));
    happening.answer = answer_of(call, happening.session, members, user);
    return settle(call, std::move(happening));
}

Result<Happening> move(RoomCall& call, const std::string& user, const std::string& id,
                       const Json& request) {
    TRY(auto session, entered(call, user, id));
    TRY_OK(require_lead(call, user, session));
    TRY(const auto to, campus::optional_text(request, "breakout", limits::identifier_bytes_max));
    TRY(const auto whom, campus::optional_text(request, "user", limits::identifier_bytes_max));
    const std::string& who = whom ? *whom : user;
    TRY(const auto members, present_in(call.transaction.db(), id));
    if (auto known = Asker{call, user, session, members}.require_member(who); !known.ok())
        return Error{Code::not_found, known.error().message, "user"};
    if (!session.breakouts || (to && session.breakouts->find(*to) == nullptr))
        return Error{Code::not_found, "there is no such breakout room", "breakout"};
    Happening happening;
    Breakout* const from = session.breakouts->of(who);
    Breakout* const target = to ? session.breakouts->find(*to) : nullptr;
    if (from != target) {
        if (from != nullptr) std::erase(from->users, who);
        if (target != nullptr) target->users.push_back(who);
        happening.placed.push_back(who);
    }
    happening.session = std::move(session);
    if (!happening.placed.empty())
        add_news(call, happening, *std::ranges::find(members, who, &Presence::user), "moved");
    happening.answer = answer_of(call, happening.session, members, user);
    return settle(call, std::move(happening));
}

}  // namespace homeroom::features::study
