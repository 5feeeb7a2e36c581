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

Json sources_view(const Sources& sources) {
    return Json{{"mic", sources.mic}, {"camera", sources.camera}};
}

Json member_view(const campus::Directory& directory, const Call& call, const Leg& leg) {
    Json view = campus::person_json(directory, leg.user, leg.name);
    view["state"] = to_string(leg.state);
    view["leg"] = leg.is_here() ? Json(leg.leg) : Json(nullptr);
    view["order"] = leg.order;
    view["devices"] = sources_view(leg.devices);
    view["muted"] = sources_view(leg.muted);
    const bool asked = call.lesson.is_recorded() && leg.is_here();
    view["consent"] = asked ? Json(to_string(leg.consent)) : Json(nullptr);
    return view;
}

Json poll_view(const Poll& poll) {
    const bool told = !poll.hidden || !poll.is_open();
    Json options = Json::array();
    for (const Poll::Option& option : poll.options)
        options.push_back(
            Json{{"text", option.text}, {"votes", told ? Json(option.told) : Json(nullptr)}});
    return Json{{"id", poll.id},
                {"question", poll.question},
                {"options", std::move(options)},
                {"multiple", poll.multiple},
                {"hidden", poll.hidden},
                {"anonymous", poll.anonymous},
                {"voters", poll.voters_told},
                {"openedAt", to_rfc3339(poll.opened)},
                {"closesAt", time_or_null(poll.until)},
                {"closedAt", time_or_null(poll.closed)}};
}

Json lesson_view(const campus::Directory& directory, const Call& call) {
    const Lesson& lesson = call.lesson;
    Json hands = Json::array(), waiting = Json::array(), polls = Json::array();
    for (const Hand& hand : lesson.hands)
        hands.push_back(Json{{"user", hand.user}, {"at", to_rfc3339(hand.at)}});
    for (const Guest& guest : lesson.guests) {
        if (guest.state != GuestState::waiting) continue;
        waiting.push_back(Json{{"user", campus::person_json(directory, guest.user, guest.name)},
                               {"at", to_rfc3339(guest.at)}});
    }
    for (const Poll& poll : lesson.polls) polls.push_back(poll_view(poll));
    return Json{
        {"muted", sources_view(lesson.muted)},
        {"hands", std::move(hands)},
        {"lobby", lesson.lobby},
        {"locked", lesson.locked},
        {"waiting", std::move(waiting)},
        {"polls", std::move(polls)},
        {"captioners", lesson.captioners},
        {"recording", lesson.is_recorded() ? Json{{"by", lesson.recorded_by},
                                                  {"since", to_rfc3339(lesson.recorded_since)}}
                                           : Json(nullptr)}};
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
                {"viewers", screen.viewers.empty() ? Json(nullptr) : Json(screen.viewers)},
                {"board", campus::text_or_null(screen.board)},
                {"requests", std::move(wishes)},
                {"grants", std::move(grants)}};
}

// Of all who are of it, or wait, this one alone.
void keep_people(Call& call, std::string_view user) {
    std::erase_if(call.legs, [&](const Leg& leg) { return leg.user != user; });
    call.screen = {};
    Lesson own{.lobby = call.lesson.lobby, .locked = call.lesson.locked};
    for (Guest& guest : call.lesson.guests)
        if (guest.user == user) own.guests.push_back(std::move(guest));
    call.lesson = std::move(own);
}

Json whole_view(const campus::Directory& directory, const Call& call) {
    Json members = Json::array();
    for (const Leg& leg : call.legs)
        if (is_shown(call, leg)) members.push_back(member_view(directory, call, leg));
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
                {"screen", screen_view(directory, call)},
                {"lesson", lesson_view(directory, call)}};
}

}  // namespace

Json call_view(const campus::Directory& directory, Call call, std::string_view refuser) {
    for (Leg& leg : call.legs) {
        if (leg.consent == Consent::refused && leg.user != refuser) leg.consent = Consent::asked;
    }
    return whole_view(directory, call);
}

Json outside_view(const campus::Directory& directory, Call call) {
    keep_people(call, "");
    return call_view(directory, call);
}

Json call_view_for(const campus::Directory& directory, Call call, std::string_view user) {
    // What rings at his and is kept from him.
    std::erase_if(call.legs, [&](const Leg& leg) { return leg.hidden && leg.user == user; });
    if (may_see_others(directory, call, user))
        return leads(directory, call, user) ? whole_view(directory, call)
                                            : call_view(directory, call, user);
    Call own = call;
    keep_people(own, user);
    // What became of it afterwards is not his to know; in a room that is told to all in it.
    if (!may_see(directory, call, user) || call.room.empty()) {
        own.reason = EndReason::none;
        own.ended = {};
    }
    return whole_view(directory, own);
}

}  // namespace homeroom::features::calls
