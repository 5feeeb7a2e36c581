#include "features/calls/call_json.h"

#include "features/calls/lesson_json.h"
#include "features/calls/words.h"

namespace homeroom::features::calls {
namespace {

using campus::Json;

Json stored(const Leg& leg) {
    // The names of the members are those by which somebody's erasure finds him in whatever is kept.
    Json object{{"id", leg.user},       {"name", leg.name},
                {"by", leg.by},         {"state", to_string(leg.state)},
                {"leg", leg.leg},       {"device", leg.device},
                {"order", leg.order},   {"until", to_stored(leg.until)},
                {"hidden", leg.hidden}, {"silent", leg.silent}};
    // What few legs have.
    if (leg.muted.any()) object["muted"] = to_stored(leg.muted);
    if (leg.devices != Leg{}.devices) object["devices"] = to_stored(leg.devices);
    if (leg.consent != Consent::asked) object["consent"] = leg.consent == Consent::agreed;
    if (leg.away_since != WallTime{}) object["awaySince"] = to_stored(leg.away_since);
    return object;
}

Consent consent_from(const Json& object) {
    const auto found = object.find("consent");
    if (found == object.end()) return Consent::asked;
    return *found == true ? Consent::agreed : Consent::refused;
}

Leg leg_from(const Json& object) {
    return {.user = object.value("id", ""),
            .name = object.value("name", ""),
            .by = object.value("by", ""),
            .state = leg_state_of(object.value("state", "")),
            .leg = object.value("leg", ""),
            .device = object.value("device", std::uint64_t{0}),
            .order = object.value("order", std::int64_t{0}),
            .until = time_of(object, "until"),
            .hidden = object.value("hidden", false),
            .silent = object.value("silent", false),
            .muted = sources_from(object.value("muted", std::int64_t{0})),
            .devices = sources_from(object.value("devices", to_stored(Leg{}.devices))),
            .consent = consent_from(object),
            .away_since = time_of(object, "awaySince")};
}

Json stored(const Screen& screen) {
    Json wishes = Json::array();
    for (const auto& wish : screen.wishes)
        wishes.push_back(Json{{"user", wish.of}, {"by", wish.user}, {"at", to_stored(wish.at)}});
    Json grants = Json::array();
    for (const auto& grant : screen.grants)
        grants.push_back(Json{{"user", grant.user}, {"until", to_stored(grant.until)}});
    return Json{{"wishes", std::move(wishes)},
                {"grants", std::move(grants)},
                {"shown", {{"user", screen.presenter}}},
                {"until", to_stored(screen.until)},
                {"viewers", {{"users", screen.viewers}}},
                {"board", screen.board}};
}

Screen screen_from(const Json& object) {
    Screen screen{
        .presenter = object.value("shown", Json::object()).value("user", ""),
        .until = time_of(object, "until"),
        .viewers =
            object.value("viewers", Json::object()).value("users", std::vector<std::string>{}),
        .board = object.value("board", "")};
    for (const Json& wish : object.value("wishes", Json::array()))
        screen.wishes.push_back(
            {wish.value("by", ""), wish.value("user", ""), time_of(wish, "at")});
    for (const Json& grant : object.value("grants", Json::array()))
        screen.grants.push_back({grant.value("user", ""), time_of(grant, "until")});
    return screen;
}

}  // namespace

Json to_stored(const Call& call, Keeping keeping) {
    Json legs = Json::array();
    for (const Leg& leg : call.legs) legs.push_back(stored(leg));
    Json object{{"call", call.id},
                {"version", call.version},
                {"state", to_string(call.state)},
                {"reason", to_string(call.reason)},
                {"room", call.room},
                {"owner", call.host},
                {"video", call.video},
                {"created", to_stored(call.created)},
                {"answered", to_stored(call.answered)},
                {"ended", to_stored(call.ended)},
                {"until", to_stored(call.until)},
                {"lastOrder", call.last_order},
                {"legs", std::move(legs)}};
    if (!call.screen.is_idle()) object["screen"] = stored(call.screen);
    if (!call.lesson.is_idle()) object["lesson"] = to_stored(call.lesson, keeping);
    return object;
}

Call from_stored(const Json& object) {
    Call call{.id = object.value("call", ""),
              .version = object.value("version", std::int64_t{0}),
              .state = call_state_of(object.value("state", "")),
              .reason = end_reason_of(object.value("reason", "")),
              .room = object.value("room", ""),
              .host = object.value("owner", ""),
              .video = object.value("video", false),
              .created = time_of(object, "created"),
              .answered = time_of(object, "answered"),
              .ended = time_of(object, "ended"),
              .until = time_of(object, "until"),
              .last_order = object.value("lastOrder", std::int64_t{0})};
    for (const Json& leg : object.value("legs", Json::array())) call.legs.push_back(leg_from(leg));
    if (const auto screen = object.find("screen"); screen != object.end())
        call.screen = screen_from(*screen);
    if (const auto lesson = object.find("lesson"); lesson != object.end())
        call.lesson = lesson_from(*lesson);
    return call;
}

}  // namespace homeroom::features::calls
