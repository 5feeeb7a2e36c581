#include "features/calls/view.h"

#include <algorithm>

#include "base/clock.h"
#include "campus/contract_json.h"
#include "features/calls/rules.h"
#include "features/calls/words.h"

namespace homeroom::features::calls {
namespace {

using campus::Json;

Json time_or_null(WallTime time) {
    return time == WallTime{} ? Json(nullptr) : Json(to_rfc3339(time));
}

std::string_view name_then(const Call& call, std::string_view user) {
    const Leg* const leg = call.leg_of(user);
    return leg == nullptr ? std::string_view{} : std::string_view{leg->name};
}

// Between people all of them, with what became of each. In a room those who are there or whom it
// rings at, and in the end those who were there: that somebody was called and did not come is not
// its members' to know.
bool is_shown(const Call& call, const Leg& leg) {
    if (leg.is_open()) return true;
    if (call.room.empty()) return leg.state != LegState::removed;
    return !call.is_live() && (leg.state == LegState::left || leg.state == LegState::lost);
}

Json member_view(const campus::Directory& directory, const Leg& leg) {
    Json view = campus::person_json(directory, leg.user, leg.name);
    view["state"] = to_string(leg.state);
    view["leg"] = leg.is_here() ? Json(leg.leg) : Json(nullptr);
    view["order"] = leg.order;
    return view;
}

Json screen_view(const campus::Directory& directory, const Call& call) {
    const Screen& screen = call.screen;
    Json wishes = Json::array();
    for (const auto& wish : screen.wishes)
        wishes.push_back(Json{{"user", wish.of}, {"by", wish.user}, {"at", to_rfc3339(wish.at)}});
    Json grants = Json::array();
    for (const auto& grant : screen.grants)
        grants.push_back(Json{{"user", grant.user}, {"until", to_rfc3339(grant.until)}});
    return Json{{"presenter", screen.presenter.empty()
                                  ? Json(nullptr)
                                  : campus::person_json(directory, screen.presenter,
                                                        name_then(call, screen.presenter))},
                {"until", time_or_null(screen.until)},
                {"requests", std::move(wishes)},
                {"grants", std::move(grants)}};
}

}  // namespace

Json call_view(const campus::Directory& directory, const Call& call) {
    Json members = Json::array();
    for (const Leg& leg : call.legs)
        if (is_shown(call, leg)) members.push_back(member_view(directory, leg));
    return Json{{"id", call.id},
                {"version", call.version},
                {"state", to_string(call.state)},
                {"reason", campus::text_or_null(to_string(call.reason))},
                {"room", campus::text_or_null(call.room)},
                {"host", campus::person_json(directory, call.host, name_then(call, call.host))},
                {"media", call.video ? "video" : "audio"},
                {"createdAt", to_rfc3339(call.created)},
                {"answeredAt", time_or_null(call.answered)},
                {"endedAt", time_or_null(call.ended)},
                {"members", std::move(members)},
                {"screen", screen_view(directory, call)}};
}

Json call_view_for(const campus::Directory& directory, const Call& call, std::string_view user) {
    if (may_see_others(directory, call, user)) return call_view(directory, call);
    Call own = call;
    std::erase_if(own.legs, [&](const Leg& leg) { return leg.user != user; });
    own.screen = {};
    own.reason = EndReason::none;
    own.ended = {};
    return call_view(directory, own);
}

}  // namespace homeroom::features::calls
