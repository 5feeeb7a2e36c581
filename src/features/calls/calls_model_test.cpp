// Several people with several devices each, who call, answer, leave, lose their connections and
// come back in any order, while events are late or lost, time passes, the server begins anew and
// somebody is taken out of the class. In the end all devices agree with the rows, each call has one
// outcome, and nothing goes on that should not.
#include <deque>
#include <gtest/gtest.h>
#include <map>
#include <rapidcheck.h>

#include "base/test_draw.h"
#include "features/calls/rules.h"
#include "features/calls/test_calls.h"
#include "features/calls/view.h"

namespace homeroom::features::calls {
namespace {

using campus::Edit;
using campus::enrolled;
using test::below;
using namespace std::chrono_literals;

// All of physics; sam comes and goes.
const std::vector<std::string> people{"sam", "sue", "tim"};
constexpr std::size_t devices_each = 2;

// A client that does what the contract says: the call with the highest version is the call; after a
// new beginning what it is not told of again is over.
struct Device {
    std::string user{};
    std::uint64_t number = 0;  // of its connection; 0: it has none
    std::deque<store::JournalEvent> coming{};
    store::Seq seen = 0;
    std::map<std::string, Json> known{};
    std::map<std::string, std::string> legs{};  // as which it is in a call

    void learn(const Json& call) {
        Json& mine = known[call.at("id")];
        if (!mine.is_null() && mine.at("version") > call.at("version")) return;
        const Json before = std::exchange(mine, call);
        if (!before.is_null()) keep_refusals(mine, before);
    }
    // That somebody has refused to be recorded is said once, and stands for the same recording.
    static void keep_refusals(Json& call, const Json& before) {
        if (call.at("lesson").at("recording") != before.at("lesson").at("recording")) return;
        for (Json& member : call.at("members")) {
            for (const Json& then : before.at("members")) {
                if (then.at("id") == member.at("id") && then.at("consent") == "refused" &&
                    member.at("consent") == "asked")
                    member["consent"] = "refused";
            }
        }
    }
    void hear(const store::JournalEvent& event) {
        seen = std::max(seen, event.seq);
        const Json payload = Json::parse(event.payload);
        if (payload.contains("call")) learn(payload.at("call"));
        if (event.type == "call:removed") known.erase(payload.at("callId"));
    }
    // Between people it is over for who is not in it any more.
    bool thinks_live(const std::string& id) const {
        const auto found = known.find(id);
        if (found == known.end() || found->second.at("state") == "ended") return false;
        if (!found->second.at("room").is_null()) return true;
        return std::ranges::any_of(found->second.at("members"), [&](const Json& member) {
            const std::string state = member.at("state");
            return member.at("id") == user &&
                   (state == "ringing" || state == "present" || state == "away");
        });
    }
};

class World {
public:
    World() {
        for (const std::string& user : people)
            for (std::size_t i = 0; i < devices_each; ++i) devices_.push_back({.user = user});
        for (Device& device : devices_) connect(device);
    }

    void step() {
        Device& device = devices_[below(devices_.size())];
        switch (below(21)) {
            case 0:
            case 1: return start(device);
            case 2:
            case 3: return ask(device, "call:accept");
            case 4: return ask(device, "call:decline");
            case 5:
            case 6: return ask(device, "call:join");
            case 7: return ask(device, "call:leave");
            case 8: return below(3) == 0 ? ask(device, "call:end") : invite(device);
            case 9: return lose_connection(device);
            case 10: return connect(device);
            case 11: return notice_losses();
            case 12: return below(4) == 0 ? begin_anew() : deliver(device);
            case 13: return below(3) == 0 ? change_class() : deliver(device);
            case 14: return pass(below(2) == 0 ? 10s : 50s);
            case 15:
            case 16:
            case 17: return teach(device);
            default: return deliver(device);
        }
    }

    void settle() {
        notice_losses();
        pass(2s);  // votes are told
        for (Device& device : devices_) {
            connect(device);
            while (!device.coming.empty()) deliver(device);
        }
        for (const std::string& id : calls_) check(id);
        check_people();
    }

    // Whatever was left alone is over some time.
    void end() {
        pass(13h);
        pass(1s);
        for (const std::string& id : calls_)
            RC_ASSERT(school_.stored(id).state == CallState::ended);
        for (const auto& [id, count] : ended_) RC_ASSERT(count == 1);
        RC_ASSERT(ended_.size() == calls_.size());
    }

private:
    // --- What devices do

    void start(Device& device) {
        if (device.number == 0) return;
        const std::string other = people[below(people.size())];
        const Json to =
            other == device.user ? Json{{"room", "class-physics"}} : Json{{"user", other}};
        hear_answer(device, school_.by(device.user, device.number, "call:start", {{"to", to}}));
    }
    void ask(Device& device, const char* what) {
        if (device.number == 0 || device.known.empty()) return;
        const std::string id = any_known(device);
        Json request{{"call", id}};
        const std::string name = what;
        if (name == "call:join") {
            if (device.legs.contains(id) && below(2) == 0) request["leg"] = device.legs.at(id);
            request["move"] = below(4) == 0;
        }
        hear_answer(device, school_.by(device.user, device.number, name, std::move(request)));
    }
    // What belongs to a lesson, by whoever: most of it is refused.
    void teach(Device& device) {
        if (device.number == 0 || device.known.empty()) return;
        const std::string user = people[below(people.size())];
        Json request{{"call", any_known(device)}};
        const char* name = "call:hand";
        switch (below(12)) {
            case 0:
            case 1:
                name = "call:settings";
                request["lobby"] = below(3) != 0;
                request["locked"] = below(4) == 0;
                break;
            case 2:
            case 3:
                name = "call:admit";
                request["user"] = user;
                break;
            case 4:
                name = "call:deny";
                request["user"] = user;
                break;
            case 5:
                name = "call:mute";
                request.update({{"what", below(2) == 0 ? "mic" : "camera"}, {"on", below(3) != 0}});
                if (below(2) == 0) request["users"] = Json::array({user});
                break;
            case 6:
                name = "call:devices";
                request.update({{"mic", below(2) == 0}, {"camera", below(2) == 0}});
                break;
            case 7:
                name = "call:poll";
                request.update({{"question", "which?"},
                                {"options", {"a", "b"}},
                                {"hidden", below(2) == 0},
                                {"anonymous", below(2) == 0}});
                break;
            case 8:
                name = below(3) == 0 ? "call:closePoll" : "call:vote";
                request.update({{"poll", "1"}, {"options", Json::array({below(2)})}});
                break;
            case 9:
                name = "call:record";
                request["on"] = below(3) != 0;
                break;
            case 10:
                name = "call:consent";
                request["agrees"] = below(2) == 0;
                break;
            default: request["raised"] = below(3) != 0;
        }
        hear_answer(device, school_.by(device.user, device.number, name, std::move(request)));
    }
    void invite(Device& device) {
        if (device.number == 0 || device.known.empty()) return;
        const std::string user = people[below(people.size())];
        (void)school_.by(device.user, device.number, "call:invite",
                         {{"call", any_known(device)}, {"user", user}});
        tell();
    }
    // It comes behind everything that was told before, and before what it brought about.
    void hear_answer(Device& device, const Result<Json>& answer) {
        while (!device.coming.empty()) deliver(device);
        if (answer.ok() && answer->contains("call")) {
            const Json& call = answer->at("call");
            // Whoever waits is told nothing of who is in it.
            if (answer->value("waiting", false)) RC_ASSERT(answer->at("leg").is_null());
            if (answer->value("waiting", false)) must_show_nobody(call, device.user);
            device.learn(call);
            if (answer->contains("leg") && answer->at("leg").is_string())
                device.legs[call.at("id")] = answer->at("leg");
        }
        tell();
    }
    static std::string any_known(const Device& device) {
        auto one = device.known.begin();
        std::advance(one, static_cast<std::ptrdiff_t>(below(device.known.size())));
        return one->first;
    }

    // --- What happens to them

    void deliver(Device& device) {
        if (device.coming.empty()) return;
        device.hear(device.coming.front());
        device.coming.pop_front();
    }
    // What was on its way is lost; the server notices later.
    void lose_connection(Device& device) {
        if (device.number == 0) return;
        lost_.push_back({device.user, device.number});
        device.number = 0;
        device.coming.clear();
    }
    void notice_losses() {
        for (const auto& [user, number] : std::exchange(lost_, {})) {
            auto ids = board_.waits_of(number);
            if (const auto id = board_.call_of(number)) ids.push_back(*id);
            for (const std::string& id : ids) school_.lose(id, user, number);
            tell();
        }
    }
    void connect(Device& device) {
        if (device.number != 0) return;
        device.number = ++last_number_;
        // Its backlog: what outlasts the moment.
        std::map<std::string, Json> before = std::exchange(device.known, {});
        for (const auto& event : school_.replay(device.user)) {
            if (event.seq <= device.seen) continue;
            if (event.type == "call:ended" || event.type == "call:missed" ||
                event.type == "call:removed")
                device.hear(event);
        }
        for (const auto& [id, call] : before)
            if (call.at("state") == "ended") device.learn(call);
        for (const Json& one : going_on(board_, school_.directory, device.user, wall_now()))
            device.learn(one.at("call"));
    }
    void begin_anew() {
        for (Device& device : devices_) {
            device.number = 0;
            device.coming.clear();
        }
        lost_.clear();
        school_.restart();
        board_ = Switchboard{1};
        std::vector<Call> calls;
        school_.run([&](store::Transaction& transaction) -> Status {
            TRY(calls, take_over(transaction, school_.directory, wall_now(), 30s));
            return Ok{};
        });
        for (Call& call : calls) board_.put(std::move(call));
        tell();
    }
    void change_class() {
        if (enrolled_)
            school_.directory.apply(Edit{}.remove_enrollment("sam|physics"));
        else
            school_.directory.apply(Edit{}.put(enrolled("sam", "physics")));
        enrolled_ = !enrolled_;
        for (const std::string& id : board_.calls_of("sam")) school_.judge(id);
        tell();
        if (enrolled_) return;
        for (Device& device : devices_) {
            if (device.user != "sam") continue;
            // What was on its way to him is dropped, and he comes anew; else rooms:changed tells
            // him.
            if (!device.coming.empty()) lose_connection(device);
            std::erase_if(device.known,
                          [](const auto& one) { return !one.second.at("room").is_null(); });
        }
    }
    void pass(std::chrono::milliseconds time) {
        school_.later->pass(time);
        tell();
    }

    // To the switchboard first, then on their way to everybody whom they are for.
    void tell() {
        for (const auto& event : school_.events()) {
            if (!event.notes.empty()) {
                Call call = from_stored(Json::parse(event.notes));
                calls_.insert(call.id);
                board_.put(std::move(call));
            }
            must_tell_no_guest(event);
            if (event.type == "call:ended")
                ++ended_[Json::parse(event.payload).at("call").at("id")];
            const auto viewers = school_.viewers(event);
            for (Device& device : devices_) {
                if (device.number != 0 && std::ranges::binary_search(viewers, device.user))
                    device.coming.push_back(event);
            }
        }
    }

    // --- What must be so

    static void must_show_nobody(const Json& call, const std::string& but) {
        for (const Json& member : call.at("members")) RC_ASSERT(member.at("id") == but);
        for (const Json& guest : call.at("lesson").at("waiting"))
            RC_ASSERT(guest.at("user").at("id") == but);
        RC_ASSERT(call.at("lesson").at("hands").empty());
        RC_ASSERT(call.at("lesson").at("polls").empty());
    }
    void must_tell_no_guest(const store::JournalEvent& event) const {
        const Json payload = Json::parse(event.payload);
        if (!payload.contains("call")) return;
        const Call* const call = board_.find(payload.at("call").at("id").get<std::string>());
        if (call == nullptr) return;
        for (const Guest& guest : call->lesson.guests) {
            if (guest.state != GuestState::admitted)
                RC_ASSERT(!std::ranges::binary_search(school_.viewers(event), guest.user));
        }
    }

    void check(const std::string& id) {
        const Call call = school_.stored(id);
        RC_ASSERT(ended_[id] == (call.is_live() ? 0 : 1));
        if (!call.is_live()) RC_ASSERT(board_.find(id) == nullptr);
        for (const Device& device : devices_) {
            const Leg* const leg = call.leg_of(device.user);
            const bool concerned = call.is_live() && leg != nullptr && leg->is_open();
            // What it last heard is of use when it is wrong.
            if (!call.is_live() && device.thinks_live(id))
                RC_FAIL(device.user + " thinks that it is live: " + device.known.at(id).dump() +
                        "\nbut it is " + to_stored(call).dump());
            if (!concerned) continue;
            const Json truth = call_view_for(school_.directory, call, device.user);
            const auto held = device.known.find(id);
            if (held == device.known.end() || held->second != truth)
                RC_FAIL(device.user + " holds " +
                        (held == device.known.end() ? "nothing" : held->second.dump()) +
                        "\nbut it is " + truth.dump());
        }
        if (ended_[id] == 0) ended_.erase(id);
    }
    void check_people() {
        std::map<std::string, int> present;
        for (const std::string& id : calls_) {
            const Call call = school_.stored(id);
            if (!call.is_live()) continue;
            RC_ASSERT(board_.find(id) != nullptr);
            RC_ASSERT(to_stored(*board_.find(id), Keeping::told).dump() ==
                      to_stored(call, Keeping::told).dump());
            for (const Guest& guest : call.lesson.guests) {
                if (guest.state != GuestState::waiting) continue;
                RC_ASSERT(school_.directory.is_member(guest.user, call.room));
                RC_ASSERT(std::ranges::any_of(devices_, [&](const Device& device) {
                    return device.number == guest.device && device.user == guest.user;
                }));
            }
            RC_ASSERT(intruders(school_.policy, school_.directory, call).empty());
            for (const Leg& leg : call.legs) {
                RC_ASSERT((leg.device != 0) == (leg.state == LegState::present));
                if (leg.state != LegState::present) continue;
                RC_ASSERT(++present[leg.user] == 1);
                // No ghost: it is the connection of a device that is there.
                RC_ASSERT(std::ranges::any_of(devices_, [&](const Device& device) {
                    return device.number == leg.device && device.user == leg.user;
                }));
            }
        }
    }

    CallsUnderTest school_{{.calls = {.rooms = SchoolPolicy::Makers::everybody}}};
    Switchboard board_{1};
    std::vector<Device> devices_{};
    std::vector<std::pair<std::string, std::uint64_t>> lost_{};
    std::uint64_t last_number_ = 0;
    bool enrolled_ = true;
    std::set<std::string> calls_{};
    std::map<std::string, int> ended_{};
};

TEST(CallsModel, AllDevicesAgreeInTheEnd) {
    EXPECT_TRUE(rc::check("all devices agree in the end", [] {
        World world;
        const auto steps = below(120);
        for (std::size_t i = 0; i < steps; ++i) {
            world.step();
            if (below(25) == 0) world.settle();
        }
        world.settle();
        world.end();
    }));
}

}  // namespace
}  // namespace homeroom::features::calls
