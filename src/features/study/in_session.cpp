#include "features/study/in_session.h"

#include <algorithm>

#include "campus/schedule.h"
#include "features/study/ending.h"
#include "features/study/limits.h"
#include "features/study/records.h"
#include "features/study/rules.h"
#include "features/study/view.h"

namespace homeroom::features::study {
namespace {

// Nobody is there: it ends by itself after a while. Somebody is: it does not.
Status watch_emptiness(const RoomCall& call, const Session& session, bool empty) {
    if (!empty) return campus::unschedule(call.transaction, empty_kind, session.id);
    return campus::schedule_once(call.transaction, empty_kind, session.id,
                                 call.now + empty_for_max);
}

// To whoever runs the session and has been there the longest. Nobody is made to lead who did not
// ask for more than to be there: his name would be shown to all.
Status pass_on(const RoomCall& call, Session& session, const std::vector<Presence>& members) {
    const auto heir = std::ranges::find_if(members, [&](const Presence& member) {
        return !member.away() && runs(call.directory, session, member.user) &&
               is_shown_to_all(call.directory, session.room, member.user);
    });
    if (heir == members.end()) return Ok{};
    TRY([[maybe_unused]] const bool led, session.shared.lead(heir->user));
    return Ok{};
}

}  // namespace

Result<Session> live_session(const RoomCall& call, const std::string& user, const std::string& id) {
    TRY(auto session, visible_session(call.transaction.db(), call.directory, user, id));
    if (session.stage == Stage::planned)
        return Error{Code::conflict, "the session has not begun", "session"};
    if (!session.open()) return Error{Code::conflict, "the session is over", "session"};
    return session;
}

Result<Session> entered(const RoomCall& call, const std::string& user, const std::string& id) {
    TRY(auto session, live_session(call, user, id));
    TRY(const auto member, presence_of(call.transaction.db(), id, user));
    if (!member) return Error{Code::conflict, "join the session first", "session"};
    return session;
}

Result<Happening> settle(const RoomCall& call, Happening happening) {
    auto& db = call.transaction.db();
    TRY_OK(save_session(db, happening.session));
    TRY(const auto members, present_in(db, happening.session.id));
    happening.present = members.size();
    for (const Presence& member : members) {
        const auto until = parse_rfc3339(member.away_until);
        if (until && (!happening.away_until || *until < *happening.away_until))
            happening.away_until = until;
    }
    TRY_OK(watch_emptiness(call, happening.session, members.empty()));
    return happening;
}

Status take_out(const RoomCall& call, Happening& happening, const Presence& member, Departure how) {
    auto& db = call.transaction.db();
    Session& session = happening.session;
    TRY_OK(depart(db, member, how, call.now));
    const bool led = session.shared.leader() == member.user;
    if (session.shared.forget(member.user)) happening.state = true;
    if (led) {
        TRY(const auto others, present_in(db, session.id));
        TRY_OK(pass_on(call, session, others));
    }
    // Told before his place is forgotten, so that it says from where he has gone.
    add_news(call, happening, member, "left");
    if (how == Departure::removed && session.breakouts) {
        if (Breakout* const breakout = session.breakouts->of(member.user))
            std::erase(breakout->users, member.user);
    }
    return Ok{};
}

void add_news(const RoomCall& call, Happening& happening, const Presence& member,
              const char* change) {
    happening.members.push_back(
        {member_view(call.directory, happening.session, member), member.user, change});
}

}  // namespace homeroom::features::study
