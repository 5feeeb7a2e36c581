#include "features/study/view.h"

#include "campus/contract_json.h"
#include "features/study/rules.h"

namespace homeroom::features::study {

using campus::Directory;
using campus::Json;

Json session_view(const Directory& directory, const Session& session) {
    return Json{{"id", session.id},
                {"room", session.room},
                {"title", session.title},
                {"host", campus::person_json(directory, session.host, session.host_name)},
                {"control", to_string(session.control)},
                {"status", to_string(session.stage)},
                {"plan", Json::parse(session.plan)},
                {"createdAt", session.created_at},
                {"startsAt", campus::text_or_null(session.starts_at)},
                {"startedAt", campus::text_or_null(session.started_at)},
                {"endedAt", campus::text_or_null(session.ended_at)}};
}

Json state_view(const Directory& directory, const Session& session) {
    const auto person = [&](const std::string& id) {
        return campus::person_json(directory, id, id);
    };
    Json view = session.shared.view();
    const std::string& leader = session.shared.leader();
    view["leader"] = leader.empty() ? Json(nullptr) : person(leader);
    Json& hands = view["hands"] = Json::array();
    for (const Hand& hand : session.shared.hands())
        hands.push_back(Json{{"user", person(hand.user)}, {"at", hand.at}});
    Json& breakouts = view["breakouts"] = nullptr;
    if (session.breakouts) {
        const auto& ends = session.breakouts->ends_at;
        breakouts = Json{{"endsAt", ends ? Json(to_rfc3339(*ends)) : Json(nullptr)},
                         {"rooms", Json::array()}};
        for (const Breakout& room : session.breakouts->rooms)
            breakouts["rooms"].push_back(Json{{"id", room.id}, {"title", room.title}});
    }
    return view;
}

Json breakout_state_view(const Breakout& breakout) {
    Json view = breakout.shared.view();
    view.erase("timer");  // there is one, and it is everybody's
    return view;
}

// Only those who are shown to all: it is the same for everybody in it.
Json placement_view(const Directory& directory, const Session& session, const Breakout* breakout) {
    if (breakout == nullptr) return nullptr;
    Json users = Json::array();
    for (const std::string& user : breakout->users) {
        if (is_shown_to_all(directory, session.room, user))
            users.push_back(campus::person_json(directory, user, user));
    }
    return Json{{"id", breakout->id},
                {"title", breakout->title},
                {"users", std::move(users)},
                {"state", breakout_state_view(*breakout)},
                {"version", breakout->shared.version()}};
}

Json member_view(const Directory& directory, const Session& session, const Presence& member) {
    const Breakout* const breakout =
        session.breakouts ? session.breakouts->of(member.user) : nullptr;
    return Json{{"user", campus::person_json(directory, member.user, member.user)},
                {"since", member.joined_at},
                {"away", member.away()},
                {"breakout", breakout == nullptr ? Json(nullptr) : Json(breakout->id)}};
}

Json members_view(const Directory& directory, const Session& session,
                  const std::vector<Presence>& members, std::string_view viewer) {
    Json list = Json::array();
    for (const Presence& member : members) {
        if (may_know(directory, session.room, viewer, member.user))
            list.push_back(member_view(directory, session, member));
    }
    return list;
}

Status announce(store::Transaction& transaction, const Directory& directory, const Session& session,
                const char* type, const std::string& by_json) {
    return transaction.publish({.type = type,
                                .audience = session.audience().stored(),
                                .by_json = by_json,
                                .body = Json{{"session", session_view(directory, session)}}.dump(),
                                .subject = session.id});
}

}  // namespace homeroom::features::study
