// What can happen to one call: the cases that a telephone has, each by its name.
#include "features/calls/call.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/calls/call_json.h"
#include "features/calls/limits.h"
#include "features/calls/screens.h"
#include "features/calls/words.h"

namespace homeroom::features::calls {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

const WallTime noon{std::chrono::milliseconds{1'700'000'000'000}};
constexpr auto ring_time = 45s, grace = 30s;

std::string word_of(const News& news) {
    switch (news.kind) {
        case NewsKind::started: return "started";
        case NewsKind::ringing: return news.silent ? "silent" : "ringing";
        case NewsKind::accepted: return "accepted";
        case NewsKind::declined: return "declined";
        case NewsKind::missed: return "missed";
        case NewsKind::member: return std::string{news.word};
        case NewsKind::removed: return "told";
        case NewsKind::ended: return "ended";
        case NewsKind::screen_requested: return "wish";
        case NewsKind::screen_granted: return "grant";
        case NewsKind::screen_denied: return "deny";
        case NewsKind::screen_started: return "shows";
        case NewsKind::screen_stopped: return "hides:" + std::string{news.word};
        case NewsKind::changed: return std::string{news.word};
        case NewsKind::refused: return "refused";
        case NewsKind::admitted: return "admitted";
        case NewsKind::denied: return "denied";
    }
    return "";
}

class CallTest : public testing::Test {
protected:
    // Ada calls these; her device is 1.
    void ada_calls(std::vector<Callee> callees) {
        auto begun = begin_call(draft(), callees);
        call = std::move(begun.call);
        note(begun.news);
    }
    void begin_in_room() {
        auto in_room = draft();
        in_room.room = "class-physics";
        auto begun = begin_call(in_room, {});
        call = std::move(begun.call);
        note(begun.news);
    }
    Draft draft() const {
        return {.id = "c",
                .user = "ada",
                .name = "Ada",
                .leg = "a1",
                .device = 1,
                .now = now,
                .ring = ring_time};
    }
    Arrival by(const std::string& user, std::uint64_t device, std::string as = "") {
        return {.user = user,
                .name = user,
                .device = device,
                .fresh_leg = user + std::to_string(++legs),
                .as = std::move(as),
                .members = 6,
                .now = now};
    }
    void note(const Happenings& news) {
        for (const News& one : news) {
            std::string line = word_of(one);
            if (one.kind != NewsKind::ended)
                for (const std::string& user : one.users) line += " " + user;
            told.push_back(std::move(line));
        }
    }
    // "ok", or the error's code.
    std::string outcome(Result<Happenings> news) {
        if (!news.ok()) return std::string{to_string(news.error().code)};
        note(*news);
        return "ok";
    }
    std::vector<std::string> heard() { return std::exchange(told, {}); }
    std::string state() const {
        std::string text{to_string(call.state)};
        if (call.reason != EndReason::none) text += ":" + std::string{to_string(call.reason)};
        for (const Leg& leg : call.legs)
            text += " " + leg.user + "=" + std::string{to_string(leg.state)};
        return text;
    }

    WallTime now = noon;
    Call call{};
    int legs = 0;
    std::vector<std::string> told{};
};

TEST_F(CallTest, IsAnsweredByOneOfThreeDevices) {
    ada_calls({{"ben", "Ben"}});
    EXPECT_THAT(heard(), ElementsAre("started ada", "ringing ben"));
    EXPECT_EQ(outcome(accept(call, by("ben", 12))), "ok");
    EXPECT_THAT(heard(), ElementsAre("accepted ben"));
    EXPECT_EQ(state(), "active ada=present ben=present");
    const auto version = call.version;
    EXPECT_EQ(outcome(accept(call, by("ben", 11))), "conflict");
    EXPECT_EQ(outcome(accept(call, by("ben", 13))), "conflict");
    EXPECT_EQ(outcome(accept(call, by("ben", 12))), "ok") << "the same again";
    EXPECT_EQ(call.version, version) << "one outcome";
    EXPECT_EQ(call.leg_of("ben")->device, 12U);
    EXPECT_THAT(heard(), IsEmpty());
}

TEST_F(CallTest, IsAcceptedOnlyByWhomItRingsAt) {
    ada_calls({{"ben", "Ben"}});
    EXPECT_EQ(outcome(accept(call, by("max", 3))), "conflict");
    EXPECT_EQ(outcome(accept(call, by("ada", 9))), "conflict");
    EXPECT_EQ(outcome(join(call, by("max", 3))), "conflict") << "before anybody has answered";
}

TEST_F(CallTest, HasOneOutcomeWhenCancellingRacesAccepting) {
    ada_calls({{"ben", "Ben"}});
    Call cancelled_first = call;
    EXPECT_EQ(outcome(leave(cancelled_first, "ada", now)), "ok");
    EXPECT_EQ(outcome(accept(cancelled_first, by("ben", 2))), "conflict");
    EXPECT_EQ(to_string(cancelled_first.reason), "cancelled");
    told.clear();
    EXPECT_EQ(outcome(accept(call, by("ben", 2))), "ok");
    EXPECT_EQ(outcome(leave(call, "ada", now)), "ok");
    EXPECT_EQ(state(), "ended:completed ada=left ben=left");
    EXPECT_THAT(heard(), ElementsAre("accepted ben", "left ada", "ended"));
}

TEST_F(CallTest, IsMissedByWhomItWasTakenBackFrom) {
    ada_calls({{"ben", "Ben"}, {"max", "Max"}});
    heard();
    EXPECT_EQ(outcome(leave(call, "ada", now)), "ok");
    EXPECT_EQ(state(), "ended:cancelled ada=left ben=missed max=missed");
    EXPECT_THAT(heard(), ElementsAre("missed ben", "missed max", "ended"));
}

TEST_F(CallTest, EndsWhenWhoeverCalledIsGoneWhileItRings) {
    ada_calls({{"ben", "Ben"}});
    heard();
    note(lose(call, "ada", 1, now, grace));
    EXPECT_EQ(state(), "ringing ada=away ben=ringing");
    now += grace;
    note(expire(call, now));
    EXPECT_EQ(state(), "ended:cancelled ada=lost ben=missed");
    EXPECT_THAT(heard(), ElementsAre("away ada", "lost ada", "missed ben", "ended"));
}

TEST_F(CallTest, TimesOutExactlyOnce) {
    ada_calls({{"ben", "Ben"}});
    heard();
    EXPECT_EQ(next_deadline(call), now + ring_time);
    now += ring_time - 1ms;
    EXPECT_THAT(expire(call, now), IsEmpty());
    now += 1ms;
    note(expire(call, now));
    note(expire(call, now));
    EXPECT_EQ(state(), "ended:timeout ada=left ben=missed");
    EXPECT_THAT(heard(), ElementsAre("missed ben", "ended"));
    EXPECT_EQ(next_deadline(call), std::nullopt);
    EXPECT_EQ(outcome(accept(call, by("ben", 2))), "conflict");
    EXPECT_EQ(outcome(decline(call, "ben", now)), "conflict");
}

TEST_F(CallTest, IsDeclinedForAllDevicesByOne) {
    ada_calls({{"ben", "Ben"}});
    heard();
    EXPECT_EQ(outcome(decline(call, "ben", now)), "ok");
    EXPECT_THAT(heard(), ElementsAre("declined ben", "ended"));
    EXPECT_EQ(state(), "ended:declined ada=left ben=declined");
    EXPECT_EQ(outcome(decline(call, "ben", now)), "ok") << "another device says so, too";
    EXPECT_THAT(heard(), IsEmpty());
    EXPECT_EQ(outcome(accept(call, by("ben", 2))), "conflict");
}

TEST_F(CallTest, IsOverAtOnceWhenTheOtherIsBusy) {
    ada_calls({{.user = "ben", .name = "Ben", .busy = true}});
    EXPECT_THAT(heard(), ElementsAre("started ada", "missed ben", "ended"));
    EXPECT_EQ(state(), "ended:busy ada=left ben=busy");
}

TEST_F(CallTest, RingsOutAtWhoBlocksTheCaller) {
    ada_calls({{.user = "ben", .name = "Ben", .hidden = true}});
    EXPECT_THAT(heard(), ElementsAre("started ada"));
    EXPECT_EQ(state(), "ringing ada=present ben=ringing") << "as of anybody who does not answer";
    note(expire(call, now + ring_time));
    EXPECT_THAT(heard(), ElementsAre("ended"));
    EXPECT_EQ(state(), "ended:timeout ada=left ben=missed");
}

TEST_F(CallTest, IsToldWithoutRingingInQuietHours) {
    ada_calls({{.user = "ben", .name = "Ben", .silent = true}, {"max", "Max"}});
    EXPECT_THAT(heard(), ElementsAre("started ada", "ringing max", "silent ben"));
    EXPECT_EQ(outcome(accept(call, by("ben", 2))), "ok");
}

TEST_F(CallTest, GoesOnAmongThreeUntilOneIsLeft) {
    ada_calls({{"ben", "Ben"}, {"max", "Max"}});
    EXPECT_EQ(outcome(accept(call, by("ben", 2))), "ok");
    EXPECT_EQ(outcome(leave(call, "ada", now)), "ok");
    EXPECT_EQ(state(), "active ada=left ben=present max=ringing") << "it rings at Max's still";
    EXPECT_EQ(outcome(accept(call, by("max", 3))), "ok");
    EXPECT_EQ(outcome(join(call, by("ada", 1))), "ok") << "she comes again";
    EXPECT_EQ(outcome(leave(call, "max", now)), "ok");
    EXPECT_TRUE(call.is_live());
    EXPECT_EQ(outcome(leave(call, "ben", now)), "ok");
    EXPECT_EQ(state(), "ended:completed ada=left ben=left max=left");
}

TEST_F(CallTest, IsComeBackToWithinTheGracePeriod) {
    ada_calls({{"ben", "Ben"}});
    EXPECT_EQ(outcome(accept(call, by("ben", 2))), "ok");
    const std::string leg = call.leg_of("ben")->leg;
    const auto order = call.leg_of("ben")->order;
    heard();
    note(lose(call, "ben", 2, now, grace));
    EXPECT_THAT(lose(call, "ben", 2, now, grace), IsEmpty()) << "told once";
    EXPECT_EQ(call.leg_of("ben")->device, 0U);
    now += grace - 1ms;
    EXPECT_THAT(expire(call, now), IsEmpty());
    EXPECT_EQ(outcome(join(call, by("ben", 22, leg))), "ok");
    EXPECT_THAT(heard(), ElementsAre("away ben", "back ben"));
    EXPECT_EQ(call.leg_of("ben")->leg, leg) << "as who he was: the others go on with him";
    EXPECT_EQ(call.leg_of("ben")->order, order);
    EXPECT_THAT(expire(call, now + grace), IsEmpty());
}

TEST_F(CallTest, IsComeBackToAnewByAPageThatWasLoadedAgain) {
    ada_calls({{"ben", "Ben"}});
    EXPECT_EQ(outcome(accept(call, by("ben", 2))), "ok");
    const Leg before = *call.leg_of("ben");
    note(lose(call, "ben", 2, now, grace));
    EXPECT_EQ(outcome(join(call, by("ben", 22))), "ok");
    EXPECT_NE(call.leg_of("ben")->leg, before.leg) << "the others must begin anew with him";
    EXPECT_GT(call.leg_of("ben")->order, before.order) << "and he is the polite one";
}

TEST_F(CallTest, FailsAfterTheGracePeriod) {
    ada_calls({{"ben", "Ben"}});
    EXPECT_EQ(outcome(accept(call, by("ben", 2))), "ok");
    heard();
    note(lose(call, "ben", 2, now, grace));
    note(expire(call, now + grace));
    EXPECT_THAT(heard(), ElementsAre("away ben", "lost ben", "ended"));
    EXPECT_EQ(state(), "ended:failed ada=left ben=lost");
    EXPECT_EQ(outcome(join(call, by("ben", 22))), "conflict");
}

TEST_F(CallTest, IsNotTakenFromADeviceByAnotherUnlessItMoves) {
    ada_calls({{"ben", "Ben"}});
    EXPECT_EQ(outcome(accept(call, by("ben", 2))), "ok");
    EXPECT_EQ(outcome(join(call, by("ben", 3))), "conflict");
    auto mover = by("ben", 3);
    mover.moves = true;
    heard();
    EXPECT_EQ(outcome(join(call, mover)), "ok");
    EXPECT_THAT(heard(), ElementsAre("moved ben"));
    EXPECT_THAT(lose(call, "ben", 2, now, grace), IsEmpty()) << "the old one's end is no news";
    EXPECT_EQ(call.leg_of("ben")->device, 3U);
}

TEST_F(CallTest, InARoomNeedsOnePerson) {
    begin_in_room();
    EXPECT_THAT(heard(), ElementsAre("started ada"));
    EXPECT_EQ(state(), "active ada=present");
    EXPECT_EQ(outcome(join(call, by("ben", 2))), "ok");
    EXPECT_EQ(outcome(leave(call, "ada", now)), "ok");
    EXPECT_TRUE(call.is_live());
    EXPECT_EQ(outcome(leave(call, "ben", now)), "ok");
    EXPECT_EQ(state(), "ended:completed ada=left ben=left");
}

TEST_F(CallTest, HasNoMoreMembersThanItMay) {
    begin_in_room();
    for (int i = 1; i < 6; ++i)
        EXPECT_EQ(outcome(join(call, by("user" + std::to_string(i), 10U + unsigned(i)))), "ok");
    EXPECT_EQ(outcome(join(call, by("one more", 20))), "conflict");
    EXPECT_EQ(outcome(leave(call, "user3", now)), "ok");
    EXPECT_EQ(outcome(join(call, by("one more", 20))), "ok");
}

TEST_F(CallTest, IsNoLongerListOfWhoCameAndWent) {
    begin_in_room();
    for (unsigned i = 0; i < 3 * limits::legs_max; ++i) {
        const std::string user = "user" + std::to_string(i);
        ASSERT_EQ(outcome(join(call, by(user, 10 + i))), "ok");
        ASSERT_EQ(outcome(leave(call, user, now)), "ok");
        ASSERT_LE(call.legs.size(), limits::legs_max);
    }
    EXPECT_NE(call.leg_of("ada"), nullptr) << "she began it";
}

TEST_F(CallTest, EndsForAllByItsHost) {
    begin_in_room();
    EXPECT_EQ(outcome(join(call, by("ben", 2))), "ok");
    EXPECT_EQ(outcome(ring(call, "ada", {"max", "Max"}, now, ring_time)), "ok");
    heard();
    EXPECT_EQ(outcome(close(call, now)), "ok");
    EXPECT_THAT(heard(), ElementsAre("missed max", "ended"));
    EXPECT_EQ(outcome(close(call, now)), "ok");
    EXPECT_THAT(heard(), IsEmpty());
}

TEST_F(CallTest, RingsAtOneMoreWhomSomebodyBrings) {
    ada_calls({{"ben", "Ben"}});
    EXPECT_EQ(outcome(accept(call, by("ben", 2))), "ok");
    heard();
    EXPECT_EQ(outcome(ring(call, "ben", {"max", "Max"}, now, ring_time)), "ok");
    EXPECT_THAT(heard(), ElementsAre("ringing max", "ringing max"));
    EXPECT_EQ(outcome(ring(call, "ada", {"max", "Max"}, now, ring_time)), "conflict");
    EXPECT_EQ(outcome(decline(call, "max", now)), "ok");
    EXPECT_TRUE(call.is_live()) << "the two talk on";
    EXPECT_EQ(outcome(ring(call, "ada", {"max", "Max"}, now, ring_time)), "ok");
    heard();
    note(expire(call, now + ring_time));
    EXPECT_EQ(state(), "active ada=present ben=present max=missed");
    EXPECT_THAT(heard(), ElementsAre("missed max", "missed max")) << "the others are told, too";
}

TEST_F(CallTest, LosesAtOnceWhoMayNotBeThereAnyMore) {
    begin_in_room();
    EXPECT_EQ(outcome(join(call, by("ben", 2))), "ok");
    heard();
    note(remove(call, {"ben"}, now));
    EXPECT_THAT(heard(), ElementsAre("told ben", "removed ben"));
    EXPECT_EQ(call.leg_of("ben")->device, 0U);
    EXPECT_TRUE(call.is_live());
    note(remove(call, {"ada", "ben"}, now));
    EXPECT_EQ(state(), "ended:revoked ada=removed ben=removed");
}

TEST_F(CallTest, HasNobodysConnectionAfterARestart) {
    ada_calls({{"ben", "Ben"}});
    EXPECT_EQ(outcome(accept(call, by("ben", 2))), "ok");
    const std::string leg = call.leg_of("ada")->leg;
    heard();
    call = from_stored(to_stored(call));
    note(lose_all(call, now, grace));
    EXPECT_THAT(heard(), ElementsAre("away ada", "away ben"));
    EXPECT_EQ(outcome(join(call, by("ada", 101, leg))), "ok");
    note(expire(call, now + grace));
    EXPECT_EQ(state(), "ended:failed ada=left ben=lost") << "no ghost";
}

TEST_F(CallTest, IsNeverOlderThanItMayBe) {
    begin_in_room();
    note(expire(call, now + limits::call_time_max));
    EXPECT_EQ(state(), "ended:expired ada=left");
}

TEST_F(CallTest, IsTheSameFromItsRow) {
    ada_calls({{"ben", "Ben"}, {.user = "max", .name = "Max", .hidden = true, .silent = true}});
    EXPECT_EQ(outcome(accept(call, by("ben", 1ULL << 60U))), "ok");
    EXPECT_EQ(outcome(request_screen(call, "ben", "ben", now)), "ok");
    EXPECT_EQ(outcome(grant_screen(call, "ada", "ada", 5min, now)), "ok");
    EXPECT_EQ(outcome(start_screen(call, "ada", false, {}, now)), "ok");
    const auto stored = to_stored(call);
    EXPECT_EQ(to_stored(from_stored(stored)), stored);
    EXPECT_EQ(from_stored(stored).leg_of("ben")->device, 1ULL << 60U);
    EXPECT_EQ(from_stored(campus::Json::object()).state, CallState::ended)
        << "of what is not understood nothing goes on";
}

// --- Screens

class ScreenTest : public CallTest {
protected:
    ScreenTest() {
        begin_in_room();  // ada is staff in it
        EXPECT_EQ(outcome(join(call, by("ben", 2))), "ok");
        EXPECT_EQ(outcome(join(call, by("max", 3))), "ok");
        heard();
    }
};

TEST_F(ScreenTest, AreShownByWhoWasGrantedIt) {
    EXPECT_EQ(outcome(start_screen(call, "ben", false, {}, now)), "forbidden");
    EXPECT_EQ(outcome(request_screen(call, "ben", "ben", now)), "ok");
    EXPECT_EQ(outcome(request_screen(call, "ben", "ben", now)), "ok") << "once in the queue";
    EXPECT_EQ(outcome(grant_screen(call, "ada", "ben", 10min, now)), "ok");
    EXPECT_EQ(outcome(start_screen(call, "ben", false, {}, now)), "ok");
    EXPECT_EQ(outcome(stop_screen(call, "ben")), "ok");
    EXPECT_THAT(heard(), ElementsAre("wish ben", "grant ben", "shows ben", "hides:stopped ben"));
    EXPECT_EQ(outcome(start_screen(call, "ben", false, {}, now)), "ok") << "within his time again";
}

TEST_F(ScreenTest, AreTakenBack) {
    EXPECT_EQ(outcome(grant_screen(call, "ada", "ben", 10min, now)), "ok");
    EXPECT_EQ(outcome(start_screen(call, "ben", false, {}, now)), "ok");
    heard();
    EXPECT_EQ(outcome(deny_screen(call, "ada", "ben")), "ok");
    EXPECT_THAT(heard(), ElementsAre("deny ben", "hides:revoked ben"));
    EXPECT_EQ(outcome(start_screen(call, "ben", false, {}, now)), "forbidden");
}

TEST_F(ScreenTest, EndWithTheirTime) {
    EXPECT_EQ(outcome(grant_screen(call, "ada", "ben", 10min, now)), "ok");
    EXPECT_EQ(outcome(start_screen(call, "ben", false, {}, now)), "ok");
    heard();
    EXPECT_EQ(next_deadline(call), now + 10min);
    now += 10min;
    note(expire(call, now));
    EXPECT_THAT(heard(), ElementsAre("hides:time ben"));
    EXPECT_EQ(outcome(start_screen(call, "ben", false, {}, now)), "forbidden");
    EXPECT_EQ(next_deadline(call), call.until);
}

TEST_F(ScreenTest, AreOneAtATimeAndTakenOverByStaff) {
    for (const char* user : {"ben", "max"})
        EXPECT_EQ(outcome(grant_screen(call, "ada", user, 10min, now)), "ok");
    EXPECT_EQ(outcome(start_screen(call, "ben", false, {}, now)), "ok");
    EXPECT_EQ(outcome(start_screen(call, "max", false, {}, now)), "conflict");
    heard();
    EXPECT_EQ(outcome(start_screen(call, "ada", true, {}, now)), "ok");
    EXPECT_THAT(heard(), ElementsAre("hides:taken ben", "shows ada"));
    EXPECT_EQ(next_deadline(call), now + 10min) << "the grants of the others; she has no end";
}

TEST_F(ScreenTest, EndWithWhoeverShowsThem) {
    EXPECT_EQ(outcome(start_screen(call, "ada", true, {}, now)), "ok");
    EXPECT_EQ(outcome(request_screen(call, "ben", "ben", now)), "ok");
    heard();
    EXPECT_EQ(outcome(leave(call, "ada", now)), "ok");
    note(remove(call, {"ben"}, now));
    EXPECT_TRUE(call.screen.is_idle());
    EXPECT_THAT(heard(), testing::Contains("hides:gone ada"));
}

}  // namespace
}  // namespace homeroom::features::calls
