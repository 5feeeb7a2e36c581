// Several people patch one state at once, each by what he has seen, which may be old; what they are
// told comes late and in part, and the server restarts now and then. Whoever has heard the newest
// version agrees with the server; nothing that was taken is lost, and nothing is taken that was
// made without having seen the last change of the same thing.
#include <gtest/gtest.h>
#include <map>
#include <rapidcheck/gtest.h>

#include "base/test_draw.h"
#include "features/study/shared.h"

namespace homeroom::features::study {
namespace {

using campus::Json;
using test::below;

const WallTime noon = *parse_rfc3339("2026-11-23T12:00:00Z");
const std::vector<std::string> people{"ann", "sam", "sue", "tim"};
const std::vector<std::string> items{"a", "b", "c", "d"};

// A client: keeps the state of the highest version that it has heard of.
struct Client {
    Json state{};
    Version version = 0;

    void hear(const Json& told, Version at) {
        if (at < version) return;
        state = told;
        version = at;
    }
};

// What the server is to hold: each thing by its name, and when it was changed last.
struct Model {
    std::map<std::string, Json> things{};
    std::map<std::string, Version> changed{};
    std::vector<std::string> hands{};

    bool was_changed_since(const std::string& thing, std::optional<Version> seen) const {
        const auto found = changed.find(thing);
        return seen && found != changed.end() && found->second > *seen;
    }
};

struct Wanted {
    std::string thing{};
    Json value{};
};

Json patch_of(const std::vector<Wanted>& wanted) {
    Json patch = Json::object();
    for (const Wanted& one : wanted) {
        if (one.thing == "current") {
            patch["current"] = one.value.is_null() ? one.value : Json{{"document", one.value}};
        } else {
            patch["agenda"][one.thing] =
                one.value.is_null() ? one.value : Json{{"text", one.value}};
        }
    }
    return patch;
}

Json value_of(const Shared& shared, const std::string& thing) {
    if (thing == "current") return shared.current() ? Json(shared.current()->id) : Json(nullptr);
    for (const auto& item : shared.agenda().items()) {
        if (item.id == thing) return item.text;
    }
    return nullptr;
}

RC_GTEST_PROP(SharedModel, WhoeverHasHeardTheNewestAgrees, ()) {
    Shared shared;
    Model model;
    std::map<std::string, Client> clients;
    for (const auto& person : people) clients[person];
    std::vector<std::pair<Version, Json>> told{{0, shared.view()}};

    const auto steps = *rc::gen::inRange<std::size_t>(1, 80);
    for (std::size_t step = 0; step < steps; ++step) {
        const std::string& who = people[below(people.size())];
        Client& client = clients[who];
        switch (below(8)) {
            case 0: {  // hears something of what was told, new or old
                const auto& [version, state] = told[below(told.size())];
                client.hear(state, version);
                break;
            }
            case 1: {  // the server comes back
                const Json kept = shared.to_json();
                shared = Shared::from_json(Json::parse(kept.dump()));
                RC_ASSERT(shared.to_json() == kept);
                break;
            }
            case 2: {
                const bool up = below(2) == 0;
                const auto place = std::ranges::find(model.hands, who);
                const bool is_up = place != model.hands.end();
                RC_ASSERT(shared.raise(who, up, noon) == (up != is_up));
                if (up && !is_up) model.hands.push_back(who);
                if (!up && is_up) model.hands.erase(place);
                break;
            }
            default: {
                std::vector<Wanted> wanted;
                for (std::size_t i = below(3) + 1; i-- > 0;) {
                    const auto at = below(items.size() + 1);
                    const std::string thing = at == items.size() ? "current" : items[at];
                    if (std::ranges::find(wanted, thing, &Wanted::thing) != wanted.end()) continue;
                    const bool gone = below(4) == 0;
                    wanted.push_back(
                        {thing, gone ? Json(nullptr) : Json(who + std::to_string(below(5)))});
                }
                const auto seen =
                    below(4) == 0 ? std::optional<Version>{} : std::optional{client.version};
                const bool conflicts = std::ranges::any_of(wanted, [&](const Wanted& one) {
                    // What is not there and is to go is gone already.
                    const bool nothing = one.thing != "current" && one.value.is_null() &&
                                         model.things[one.thing].is_null();
                    return !nothing && model.was_changed_since(one.thing, seen);
                });
                const Version before = shared.version();
                const auto result = shared.apply(patch_of(wanted), seen, noon);
                RC_ASSERT(result.ok() == !conflicts);
                if (conflicts) {
                    RC_ASSERT(result.error().code == Code::conflict);
                    RC_ASSERT(shared.version() == before);
                    break;
                }
                bool different = false;
                for (const Wanted& one : wanted) {
                    if (model.things[one.thing] == one.value) continue;
                    model.things[one.thing] = one.value;
                    model.changed[one.thing] = before + 1;
                    different = true;
                }
                RC_ASSERT(*result == different);
                RC_ASSERT(shared.version() == before + (different ? 1 : 0));
            }
        }
        for (const std::string& thing : items)
            RC_ASSERT(value_of(shared, thing) == model.things[thing]);
        RC_ASSERT(value_of(shared, "current") == model.things["current"]);
        std::vector<std::string> hands;
        for (const Hand& hand : shared.hands()) hands.push_back(hand.user);
        RC_ASSERT(hands == model.hands);
        if (told.back().first != shared.version())
            told.emplace_back(shared.version(), shared.view());
    }
    // In the end everybody hears the newest, among others.
    for (auto& [who, client] : clients) {
        client.hear(told.back().second, told.back().first);
        client.hear(told[below(told.size())].second, told[0].first);
        RC_ASSERT(client.state == shared.view());
        RC_ASSERT(client.version == shared.version());
    }
}

}  // namespace
}  // namespace homeroom::features::study
