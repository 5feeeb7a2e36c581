// Coming and going.
#include "features/study/in_session.h"
#include "features/study/limits.h"
#include "features/study/records.h"
#include "features/study/rules.h"
#include "features/study/view.h"

namespace homeroom::features::study {
namespace {

using campus::Json;

Status require_place(const RoomCall& call, const std::string& session) {
    TRY(const auto members, present_in(call.transaction.db(), session));
    if (members.size() < members_max) return Ok{};
    return Error{Code::too_large, "at most 500 people are in a session at once", "session"};
}

Result<Json> entrance_view(const RoomCall& call, const std::string& user, const Session& session) {
    TRY(const auto members, present_in(call.transaction.db(), session.id));
    const Breakout* const breakout = session.breakouts ? session.breakouts->of(user) : nullptr;
    return Json{{"session", session_view(call.directory, session)},
                {"members", members_view(call.directory, session, members, user)},
                {"state", state_view(call.directory, session)},
                {"version", session.shared.version()},
                {"breakout", placement_view(call.directory, session, breakout)}};
}

// Of one who may be in a session, or in none: nothing then.
Result<std::optional<Presence>> there(const RoomCall& call, const std::string& user,
                                      const std::string& session) {
    return presence_of(call.transaction.db(), session, user);
}

// Nobody is made to lead who did not ask for more than to be there: his name is shown to all then.
Status lead_where_nobody_does(const RoomCall& call, Happening& happening, const std::string& user) {
    Session& session = happening.session;
    if (!session.shared.leader().empty() || !runs(call.directory, session, user) ||
        !is_shown_to_all(call.directory, session.room, user))
        return Ok{};
    TRY(const bool led, session.shared.lead(user));
    happening.state = happening.state || led;
    return Ok{};
}

}  // namespace

Result<Happening> join(RoomCall& call, const std::string& user, const std::string& id) {
    auto& db = call.transaction.db();
    TRY(auto session, live_session(call, user, id));
    TRY(const auto was_there, there(call, user, id));
    if (!was_there) TRY_OK(require_place(call, id));
    const auto person = call.directory.person(user);
    const std::string& name = person ? person->name : user;
    Happening happening{.session = std::move(session)};
    // He has been away for too long, and nobody has looked yet.
    if (was_there && was_there->away() && was_there->away_until < to_rfc3339(call.now))
        TRY_OK(take_out(call, happening, *was_there, Departure::lost));
    TRY(const Arrival arrival, arrive(db, {id, user, name}, call.now));
    TRY_OK(lead_where_nobody_does(call, happening, user));
    if (arrival != Arrival::was_there) {
        TRY(const auto member, there(call, user, id));
        add_news(call, happening, *member, arrival == Arrival::back ? "back" : "joined");
    }
    TRY(happening.answer, entrance_view(call, user, happening.session));
    return settle(call, std::move(happening));
}

Result<Happening> leave(RoomCall& call, const std::string& user, const std::string& id) {
    TRY(auto session, live_session(call, user, id));
    Happening happening{.session = std::move(session)};
    TRY(const auto member, there(call, user, id));
    if (member) TRY_OK(take_out(call, happening, *member, Departure::left));
    return settle(call, std::move(happening));
}

// Whoever may not see it any more has not lost his connection: he was taken out.
Result<Happening> lose(RoomCall& call, const std::string& user, const std::string& id) {
    auto& db = call.transaction.db();
    TRY(auto found, load_session(db, id));
    if (!found || found->stage != Stage::live)
        return Error{Code::not_found, "there is no such session", "session"};
    // Whoever was never in it has nothing to lose, and nothing is written of that he asked.
    TRY(const auto is_there, there(call, user, id));
    if (!is_there) return Error{Code::not_found, "he is not in the session", "session"};
    Happening happening{.session = std::move(*found)};
    const bool removed = !happening.session.audience().admits(user, call.directory) &&
                         call.directory.is_member(user, "global");
    if (!removed) {
        TRY(const bool was_there, lose(db, id, user, call.now, call.grace));
        TRY(const auto member, there(call, user, id));
        if (was_there && member) add_news(call, happening, *member, "away");
    } else {
        TRY_OK(take_out(call, happening, *is_there, Departure::removed));
    }
    return settle(call, std::move(happening));
}

}  // namespace homeroom::features::study
