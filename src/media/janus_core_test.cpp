// What is asked of Janus, against one in memory.
#include "media/janus_core.h"

#include <gmock/gmock.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "media/limits.h"
#include "media/test_janus.h"

namespace homeroom::media {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;
using namespace std::chrono_literals;

Room of(std::vector<Seat> seats) {
    return {.call = "call", .people_max = 6, .seats = std::move(seats)};
}
const Seat a{.leg = "a", .device = 1}, b{.leg = "b", .device = 2}, c{.leg = "c", .device = 3};
Seat showing(Seat seat) {
    seat.shows = true;
    return seat;
}

class JanusCoreTest : public testing::Test {
protected:
    ~JanusCoreTest() override { EXPECT_THAT(janus.faults, IsEmpty()); }
    // a and b see each other.
    void talk() {
        core.follow(of({a, b}));
        core.settle();
        ASSERT_TRUE(core.offer("a", Link::camera).ok());
        ASSERT_TRUE(core.offer("b", Link::camera).ok());
        core.settle();
        core.words();
    }
    std::size_t watched_by(const std::string& leg) { return core.streams[leg].size(); }

    CoreUnderTest core{};
    FakeJanus& janus = core.janus;
};

TEST_F(JanusCoreTest, MakesARoomThatNobodyFindsWithTheLimitsOfTheCall) {
    core.follow(of({a}));
    EXPECT_FALSE(core.is_ready());
    EXPECT_EQ(core.offer("a", Link::camera).error().code, Code::unavailable);
    core.settle();
    ASSERT_NE(core.room(), nullptr);
    EXPECT_EQ(core.room()->publishers, 14U);
    EXPECT_EQ(core.room()->secret.size(), 64U);
    EXPECT_NE(core.room()->secret, core.room()->pin);
    EXPECT_THAT(core.words(), ElementsAre("a ready"));
    EXPECT_TRUE(janus.handles.size() == 1) << "nothing for who does nothing";
}

TEST_F(JanusCoreTest, EachSeesTheOthersAndNotHimself) {
    talk();
    EXPECT_EQ(watched_by("a"), 1U);
    EXPECT_EQ(core.streams["a"][0].at("leg"), "b");
    EXPECT_EQ(core.streams["a"][0].at("link"), "camera");
    core.follow(of({a, b, c}));
    ASSERT_TRUE(core.offer("c", Link::camera).ok());
    core.settle();
    EXPECT_EQ(watched_by("a"), 2U);
    EXPECT_EQ(watched_by("c"), 2U);
}

TEST_F(JanusCoreTest, WhoGoesHasNothingThereAnyMore) {
    talk();
    core.follow(of({a}));
    std::size_t detached = 0;
    for (const auto& request : core.waiting)
        detached += request.body.find("detach") != std::string::npos;
    EXPECT_EQ(detached, 2U) << "at once";
    core.settle();
    EXPECT_EQ(janus.handles.size(), 3U) << "the one for rooms, and two of a's";
    EXPECT_EQ(watched_by("a"), 0U);
    EXPECT_EQ(core.offer("b", Link::camera).error().code, Code::not_found);
    core.follow(of({}));
    core.settle();
    EXPECT_TRUE(janus.rooms.empty());
    EXPECT_EQ(janus.handles.size(), 1U);
    EXPECT_EQ(core.core.counts().rooms, 0U);
}

TEST_F(JanusCoreTest, WhoGoesWhileHeIsBeingLetInHasNothingThereEither) {
    core.follow(of({a, b}));
    core.settle();
    ASSERT_TRUE(core.offer("b", Link::camera).ok());
    core.follow(of({a}));  // the handle is under way
    core.settle();
    EXPECT_EQ(janus.handles.size(), 1U);
}

TEST_F(JanusCoreTest, AScreenIsSentByWhoShowsItAndByNobodyElse) {
    talk();
    EXPECT_EQ(core.offer("a", Link::screen).error().code, Code::forbidden);
    core.follow(of({showing(a), b}));
    ASSERT_TRUE(core.offer("a", Link::screen, "m=video 9\r\n").ok());
    core.settle();
    EXPECT_EQ(watched_by("b"), 2U);
    core.follow(of({a, b}));
    core.settle();
    EXPECT_EQ(watched_by("b"), 1U);
    EXPECT_EQ(core.streams["b"][0].at("link"), "camera");
    EXPECT_EQ(core.offer("a", Link::screen).error().code, Code::forbidden);
}

TEST_F(JanusCoreTest, WhoIsToWatchNobodyAfterAllHasNothingThere) {
    core.follow(of({a, b}));
    core.settle();
    ASSERT_TRUE(core.offer("b", Link::camera).ok());
    const auto wants_to_watch = [&] {
        return std::ranges::any_of(core.waiting, [](const auto& request) {
            return request.body.find("attach") != std::string::npos;
        });
    };
    do {
        if (!core.connect_one()) core.answer(0);
    } while (!wants_to_watch() || janus.feeds_in(janus.rooms.begin()->first).empty());
    core.follow(of({a}));  // a's handle is under way
    core.settle();
    EXPECT_EQ(janus.handles.size(), 1U);
}

Seat muted(Seat seat, bool speaks, bool is_seen) {
    seat.speaks = speaks;
    seat.is_seen = is_seen;
    return seat;
}

TEST_F(JanusCoreTest, WhatIsMutedIsStoppedAtTheMediaServer) {
    talk();
    const auto stopped = [&] {
        std::vector<std::string> mids;
        for (const auto& [number, handle] : janus.handles)
            mids.insert(mids.end(), handle.stopped.begin(), handle.stopped.end());
        return mids;
    };
    core.follow(of({muted(a, false, true), b}));
    core.settle();
    EXPECT_THAT(stopped(), ElementsAre("0"));
    EXPECT_THAT(core.words(), IsEmpty()) << "nothing of it is the client's";
    core.follow(of({muted(a, false, false), b}));
    core.settle();
    EXPECT_THAT(stopped(), ElementsAre("0", "1"));
    core.follow(of({a, b}));
    core.settle();
    EXPECT_THAT(stopped(), IsEmpty());
}

TEST_F(JanusCoreTest, WhoIsMutedAlreadyIsAnsweredWhenHeCannotBeHeard) {
    core.follow(of({muted(a, false, true), b}));
    core.settle();
    core.words();
    ASSERT_TRUE(
        core.offer("a", Link::camera, "m=video 9\r\na=mid:v\r\nm=audio 9\r\na=mid:x\r\n").ok());
    bool was_told = false;
    for (int steps = 0; steps < 50 && !was_told; ++steps) {
        const auto next = std::ranges::find_if(core.waiting, [&](const auto& request) {
            return !request.is_poll || !janus.events.empty();
        });
        if (next == core.waiting.end()) break;
        core.answer(static_cast<std::size_t>(next - core.waiting.begin()));
        const auto words = core.words();
        was_told = std::ranges::find(words, "a camera answer") != words.end();
        if (!was_told) continue;
        for (const auto& [number, handle] : janus.handles)
            EXPECT_TRUE(handle.feed == 0 || handle.stopped == std::set<std::string>{"x"});
    }
    EXPECT_TRUE(was_told);
    // Another offer over the same connection: what it was is not relied on.
    ASSERT_TRUE(
        core.offer("a", Link::camera, "m=video 9\r\na=mid:v\r\nm=audio 9\r\na=mid:y\r\n").ok());
    core.settle();
    for (const auto& [number, handle] : janus.handles)
        EXPECT_TRUE(handle.feed == 0 || handle.stopped.contains("y"));
}

TEST_F(JanusCoreTest, WhoIsMutedIsNotHeardThroughHisScreenEither) {
    talk();
    const auto stopped = [&] {
        std::vector<std::string> mids;
        for (const auto& [number, handle] : janus.handles)
            mids.insert(mids.end(), handle.stopped.begin(), handle.stopped.end());
        return mids;
    };
    core.follow(of({muted(showing(a), false, false), b}));
    core.settle();
    core.words();
    ASSERT_TRUE(
        core.offer("a", Link::screen, "m=video 9\r\na=mid:v\r\nm=audio 9\r\na=mid:s\r\n").ok());
    core.settle();
    EXPECT_THAT(core.words(), Contains("a screen answer"));
    EXPECT_THAT(stopped(), UnorderedElementsAre("0", "1", "s")) << "what it shows was granted";
    core.follow(of({showing(a), b}));
    core.settle();
    EXPECT_THAT(stopped(), IsEmpty());
    core.follow(of({muted(showing(a), false, true), b}));
    core.settle();
    EXPECT_THAT(stopped(), UnorderedElementsAre("0", "s"));
}

TEST_F(JanusCoreTest, WhoMaySpeakBeforeJanusWasAskedToStopHimIsAnswered) {
    std::vector<Seat> seats{muted(a, false, true)};
    core.follow(of(seats));
    core.settle();
    ASSERT_TRUE(core.offer("a", Link::camera).ok());
    core.answer(core.waiting.size() - 1);  // attached
    core.answer(core.waiting.size() - 1);  // acknowledged
    // Others come, so many that nothing more can be asked.
    for (std::uint64_t i = 0; i < 2 * limits::requests_in_flight_max; ++i)
        seats.push_back({.leg = "leg" + std::to_string(i), .device = i + 10});
    core.follow(of(seats));
    for (std::size_t i = 1; i < seats.size(); ++i)
        ASSERT_TRUE(core.offer(seats[i].leg, Link::camera).ok());
    const auto poll = std::ranges::find_if(core.waiting, &JanusCore::Request::is_poll);
    core.answer(static_cast<std::size_t>(poll - core.waiting.begin()));
    EXPECT_THAT(core.words(), Not(Contains("a camera answer"))) << "he could be heard";
    seats.front().speaks = true;
    core.follow(of(seats));
    // As soon as there is room for more, he has his turn.
    for (std::size_t i = 0; i < limits::requests_in_flight_max; ++i) core.answer(1);
    EXPECT_THAT(core.words(), Contains("a camera answer"));
}

TEST_F(JanusCoreTest, AScreenIsForThoseForWhomItIs) {
    talk();
    Seat away = b;
    away.watches_screen = false;
    core.follow(of({showing(a), away, c}));
    ASSERT_TRUE(core.offer("a", Link::screen, "m=video 9\r\n").ok());
    core.settle();
    EXPECT_EQ(watched_by("b"), 1U);
    EXPECT_EQ(watched_by("c"), 3U);
    core.follow(of({showing(a), b, c}));
    core.settle();
    EXPECT_EQ(watched_by("b"), 2U);
}

TEST_F(JanusCoreTest, ACameraIsNoPlaceForAScreen) {
    core.follow(of({a, b}));
    core.settle();
    for (const char* what : {"m=audio 9\r\nm=video 9\r\nm=video 9\r\n",
                             "m=audio 9\r\nm=audio 9\r\n", "m=application 9\r\n"})
        EXPECT_FALSE(core.offer("a", Link::camera, what).ok()) << what;
    EXPECT_EQ(core.offer("a", Link::camera, "").error().code, Code::invalid);
    core.settle();
    EXPECT_EQ(janus.handles.size(), 1U);
}

TEST_F(JanusCoreTest, AnAnswerIsToAnOfferThatStands) {
    talk();
    const auto answer = [&](std::int64_t number) {
        return core.say({.call = "call",
                         .leg = "a",
                         .link = Link::watch,
                         .description = "answer",
                         .negotiation = number});
    };
    EXPECT_EQ(answer(1).error().code, Code::conflict);
    core.follow(of({a, b, c}));
    ASSERT_TRUE(core.offer("c", Link::camera).ok());
    while (core.open_offers["a"] == 0) {
        if (!core.connect_one()) core.answer(0);
    }
    const std::int64_t number = core.open_offers["a"];
    EXPECT_EQ(answer(number - 1).error().code, Code::conflict);
    EXPECT_TRUE(answer(number).ok());
    EXPECT_EQ(answer(number).error().code, Code::conflict);
    core.open_offers["a"] = 0;
    core.settle();
}

TEST_F(JanusCoreTest, WhatWasToldToALostConnectionIsToldToTheNext) {
    core.follow(of({a, b}));
    core.settle();
    ASSERT_TRUE(core.offer("a", Link::camera).ok());
    while (core.open_offers["b"] == 0) {
        if (!core.connect_one()) core.answer(0);
    }
    core.words();
    core.follow(of({a, {.leg = "b", .device = 0}}));
    core.follow(of({a, {.leg = "b", .device = 9}}));
    EXPECT_THAT(core.words(), ElementsAre("b camera closed", "b screen closed", "b watch offer"));
    core.settle();
    EXPECT_EQ(watched_by("b"), 1U);
}

TEST_F(JanusCoreTest, AnotherConnectionOfTheBrowsersBeginsAnew) {
    talk();
    const auto before = janus.feeds_in(janus.rooms.begin()->first);
    ASSERT_TRUE(core.offer("a", Link::camera).ok());  // the same one, renegotiated
    core.settle();
    EXPECT_EQ(janus.feeds_in(janus.rooms.begin()->first), before);
    ++core.sessions["a"];
    ASSERT_TRUE(core.offer("a", Link::camera).ok());
    core.settle();
    EXPECT_NE(janus.feeds_in(janus.rooms.begin()->first), before);
    EXPECT_EQ(watched_by("b"), 1U);
    ASSERT_TRUE(core.say({.call = "call", .leg = "b", .link = Link::watch, .again = true}).ok());
    core.settle();
    EXPECT_EQ(watched_by("b"), 1U);
    EXPECT_EQ(janus.handles.size(), 5U);
}

TEST_F(JanusCoreTest, SaysThatItIsLostAndMakesEverythingAnew) {
    talk();
    const Json made = core.core.terms("call").at("made");
    core.is_gone = true;
    core.settle();
    EXPECT_THAT(core.words(), UnorderedElementsAre("a lost", "b lost"));
    EXPECT_EQ(core.offer("a", Link::camera).error().code, Code::unavailable);
    for (int i = 0; i < 20; ++i) {
        core.tick(1s);
        core.settle();
    }
    core.is_gone = false;
    janus.restart();
    core.tick(limits::retry_max);
    core.settle();
    EXPECT_THAT(core.words(), UnorderedElementsAre("a ready", "b ready"));
    EXPECT_GT(core.core.terms("call").at("made"), made);
    EXPECT_EQ(core.say({.call = "call",
                        .leg = "a",
                        .link = Link::camera,
                        .made = made.get<std::int64_t>(),
                        .description = "o=- 1 2\r\nm=video 9\r\n"})
                  .error()
                  .code,
              Code::conflict);
    ASSERT_TRUE(core.offer("a", Link::camera).ok());
    core.settle();
    EXPECT_EQ(watched_by("b"), 1U);
    EXPECT_EQ(core.core.counts().losses, 1U);
}

TEST_F(JanusCoreTest, ARoomOfAnEarlierProcessIsTakenDownFirst) {
    talk();
    CoreUnderTest next;
    next.janus = janus;
    next.follow(of({{.leg = "a"}, {.leg = "b"}}));
    next.settle();
    EXPECT_TRUE(next.is_ready());
    for (const auto& [number, handle] : next.janus.handles) EXPECT_FALSE(handle.flows);
    EXPECT_EQ(next.janus.rooms.size(), 1U);
    EXPECT_THAT(next.words(), IsEmpty()) << "nobody is there to be told";
}

TEST_F(JanusCoreTest, ABrowserThatIsCutOffIsToldSo) {
    talk();
    for (auto& [number, handle] : janus.handles) {
        if (handle.feed == 0) continue;
        janus.hang_up(number);
        janus.events.push_back(Json{{"janus", "hangup"}, {"sender", number}});
        break;
    }
    core.settle();
    EXPECT_THAT(core.words(), Contains(testing::EndsWith("camera closed")));
    EXPECT_EQ(janus.feeds_in(janus.rooms.begin()->first).size(), 1U);
}

TEST_F(JanusCoreTest, NoMoreIsAskedAtOnceThanItsLimit) {
    std::vector<Seat> seats;
    for (std::uint64_t i = 0; i < 60; ++i)
        seats.push_back({.leg = "leg" + std::to_string(i), .device = i + 1});
    core.follow(of(seats));
    core.settle();
    for (const Seat& seat : seats) ASSERT_TRUE(core.offer(seat.leg, Link::camera).ok());
    EXPECT_EQ(core.waiting.size(), limits::requests_in_flight_max + 1) << "and the poll";
    while (janus.feeds_in(janus.rooms.begin()->first).size() < seats.size()) {
        ASSERT_LE(core.waiting.size(), limits::requests_in_flight_max + 1);
        core.answer(core.waiting.size() - 1);
        if (core.waiting.size() == 1 && core.waiting.front().is_poll) core.answer(0);
        core.tick(1ms);
    }
}

TEST_F(JanusCoreTest, WhatIsNotAnsweredIsGivenUp) {
    talk();
    core.follow(of({a, b, c}));
    ASSERT_TRUE(core.offer("c", Link::camera).ok());
    core.answer(core.waiting.size() - 1);  // attached
    core.answer(core.waiting.size() - 1);  // acknowledged
    janus.events.clear();                  // and lost
    core.words();
    core.tick(limits::answer_time);
    EXPECT_THAT(core.words(), Contains("c camera closed"));
    core.settle();
    ++core.sessions["c"];
    ASSERT_TRUE(core.offer("c", Link::camera).ok());
    core.settle();
    EXPECT_EQ(watched_by("a"), 2U);
}

TEST_F(JanusCoreTest, AHandleThatComesTooLateGoesAgain) {
    core.follow(of({a}));
    core.settle();
    ASSERT_TRUE(core.offer("a", Link::camera).ok());
    core.tick(limits::answer_time);
    core.words();
    core.settle();  // its handle is there now
    EXPECT_EQ(janus.handles.size(), 1U);
}

TEST_F(JanusCoreTest, AnythingMayBeAnswered) {
    talk();
    for (const Json& json :
         {Json::array(), Json::object(), Json{{"janus", 5}}, Json{{"janus", "success"}},
          Json{{"janus", "event"}, {"transaction", "x"}}, Json{{"janus", "success"}, {"data", 5}},
          Json{{"plugindata", 7}, {"jsep", "x"}}, Json{{"plugindata", {{"data", {1}}}}}}) {
        core.follow(of({a, b, c}));
        if (core.is_ready()) static_cast<void>(core.offer("c", Link::camera));
        if (!core.waiting.empty()) {
            const auto id = core.waiting.back().id;
            core.waiting.pop_back();
            core.answer(id, json);
        }
        core.follow(of({a, b}));
        core.settle();
        core.tick(limits::retry_max);
        core.settle();
    }
    janus.faults.clear();
}

// --- The model: whatever happens in whatever order, in the end Janus is as the calls are.
RC_GTEST_PROP(JanusModel, ComesToBeAsTheCallIs, ()) {
    CoreUnderTest core{*rc::gen::element<std::string>("", "admin")};
    const std::vector<std::string> legs{"a", "b", "c", "d"};
    const std::string screen = "m=video 9\r\nm=audio 9\r\n";  // the other way round than a camera
    std::map<std::string, Seat> there;
    std::map<std::string, std::int64_t> open;  // by leg: what it has offered and is not answered
    const auto follow = [&] {
        Room room = of({});
        for (const auto& [leg, seat] : there) room.seats.push_back(seat);
        core.follow(room);
    };
    const auto offer = [&](const std::string& leg) {
        const auto number = core.offer(leg, Link::camera);
        if (number.ok()) open[leg] = *number;
        return number.ok();
    };
    // An answer to it, that it is closed, and that everything is made anew.
    const auto hear = [&] {
        for (const Told& one : std::exchange(core.told, {})) {
            const auto own = open.find(one.leg);
            if (own == open.end()) continue;
            const Json data = one.body.value("data", Json::object());
            const bool is_closed = data.contains("closed"),
                       is_answer = data.value("negotiation", std::int64_t{0}) == own->second;
            if (one.event == "call:media" ||
                (one.body.value("link", "") == "camera" && (is_closed || is_answer)))
                open.erase(own);
        }
    };
    const int steps = *rc::gen::inRange(1, 120);
    for (int step = 0; step < steps; ++step) {
        const std::string leg = *rc::gen::elementOf(legs);
        switch (*rc::gen::inRange(0, 13)) {
            case 0:
            case 1:
                there[leg] = {.leg = leg, .device = static_cast<std::uint64_t>(step + 1)};
                break;
            case 2:
                there.erase(leg);
                hear();
                open.erase(leg);
                core.streams.erase(leg);  // who comes again is another leg, which sees nothing yet
                core.open_offers.erase(leg);
                break;
            case 3:
                if (there.contains(leg)) there[leg].shows = !there[leg].shows;
                break;
            case 4:
            case 5: static_cast<void>(offer(leg)); break;
            case 6: static_cast<void>(core.offer(leg, Link::screen, screen)); break;
            case 7:
                if (!core.waiting.empty())
                    core.answer(*rc::gen::inRange<std::size_t>(0, core.waiting.size()));
                break;
            case 8: core.settle(); break;
            case 9: core.tick(std::chrono::milliseconds{*rc::gen::inRange(1, 3'000)}); break;
            case 10:
                if (*rc::gen::inRange(0, 4) == 0) core.janus.restart();
                break;
            case 11: ++core.sessions[leg]; break;
            case 12:
                if (there.contains(leg)) {
                    there[leg].speaks = *rc::gen::arbitrary<bool>();
                    there[leg].is_seen = *rc::gen::arbitrary<bool>();
                }
                break;
        }
        follow();
        hear();
    }
    // Time passes, and clients do what they are told.
    for (int i = 0; i < 4; ++i) {
        core.settle();
        core.tick(limits::answer_time);
        core.tick(limits::retry_max);
    }
    core.settle();
    hear();
    RC_ASSERT(open.empty());
    for (const auto& [leg, seat] : there) {
        ++core.sessions[leg];
        RC_ASSERT(offer(leg));
        RC_ASSERT(core.offer(leg, Link::screen, screen).ok() == seat.shows);
    }
    for (int i = 0; i < 3; ++i) {
        core.settle();
        core.tick(limits::room_retry);
    }
    core.settle();
    hear();
    RC_ASSERT(open.empty());
    RC_ASSERT(core.janus.faults == std::vector<std::string>{});
    // What a lost session has, goes with it when its time is up.
    std::erase_if(core.janus.handles,
                  [&](const auto& one) { return one.second.session != core.janus.session; });
    RC_ASSERT(core.janus.rooms.size() == (there.empty() ? 0U : 1U));
    std::size_t feeds = 0, shown = 0;
    for (const auto& [leg, seat] : there) shown += seat.shows ? 1 : 0;
    for (const auto& [number, handle] : core.janus.handles) feeds += handle.feed != 0 ? 1 : 0;
    RC_ASSERT(feeds == there.size() + shown);
    // Each is heard and seen by what he may be.
    for (const auto& [number, handle] : core.janus.handles) {
        if (handle.feed == 0) continue;
        const auto own = std::ranges::find_if(there, [&](const auto& one) {
            return handle.offered.find("o=- " + one.first) != std::string::npos;
        });
        RC_ASSERT(own != there.end());
        const bool is_screen = handle.offered.find(screen) != std::string::npos;
        RC_ASSERT(handle.stopped.contains(is_screen ? "1" : "0") == !own->second.speaks);
        RC_ASSERT(handle.stopped.contains(is_screen ? "0" : "1") ==
                  (!is_screen && !own->second.is_seen));
    }
    for (const auto& [leg, seat] : there) {
        const std::size_t own = seat.shows ? 2 : 1;
        const std::size_t seen = core.streams.contains(leg) ? core.streams[leg].size() : 0;
        RC_ASSERT(seen == feeds - own);
        for (const Json& stream : core.streams[leg]) RC_ASSERT(stream.at("leg") != leg);
    }
    // The one for rooms; each sends, and watches whoever else there is.
    const std::size_t watchers = static_cast<std::size_t>(std::ranges::count_if(
        core.janus.handles, [](const auto& one) { return one.second.is_subscriber; }));
    RC_ASSERT(core.janus.handles.size() == 1 + feeds + watchers);
    RC_ASSERT(watchers <= there.size());
}

}  // namespace
}  // namespace homeroom::media
