// Which signals pass between whom.
#include "features/calls/switchboard.h"

#include <deque>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/test_draw.h"
#include "features/calls/limits.h"

namespace homeroom::features::calls {
namespace {

using test::below;

// ada was there first, so ben is polite to her, and max to both.
Call three() {
    Call call{.id = "c", .version = 1, .state = CallState::active};
    const auto add = [&](const char* user, std::uint64_t device) {
        call.legs.push_back({.user = user,
                             .state = LegState::present,
                             .leg = std::string{"leg-"} + user,
                             .device = device,
                             .order = ++call.last_order});
    };
    add("ada", 1);
    add("ben", 2);
    add("max", 3);
    return call;
}

class SwitchboardTest : public testing::Test {
protected:
    SwitchboardTest() { put(); }
    void put() {
        ++call.version;
        board.put(call);
    }
    static Signal offer(std::string to) {
        return {.call = "c", .to = std::move(to), .description = Description::offer};
    }
    static Signal answer(std::string to, std::int64_t negotiation) {
        return {.call = "c",
                .to = std::move(to),
                .description = Description::answer,
                .negotiation = negotiation};
    }
    static Signal candidates(std::string to, std::size_t count = 1) {
        return {.call = "c", .to = std::move(to), .candidates = count};
    }
    // The negotiation's number, or 0 where it is not passed on.
    std::int64_t sends(std::string_view from, std::uint64_t device, const Signal& signal) {
        last = board.pass(from, device, signal);
        return last.ok() ? last->negotiation : 0;
    }
    Code refusal() const { return last.ok() ? Code::internal : last.error().code; }

    Call call = three();
    Switchboard board{100};
    Result<Switchboard::Passage> last = Error{};
};

TEST_F(SwitchboardTest, PassesFromAndToTheConnectionsThatAreInTheCall) {
    EXPECT_EQ(sends("ada", 1, offer("ben")), 100);
    EXPECT_EQ(last->device, 2U);
    EXPECT_EQ(last->leg, "leg-ada");
    EXPECT_FALSE(sends("ada", 9, offer("ben"))) << "another device of hers";
    EXPECT_EQ(refusal(), Code::not_found);
    EXPECT_FALSE(sends("eve", 1, offer("ben")));
    EXPECT_FALSE(sends("ada", 1, offer("eve")));
    EXPECT_FALSE(sends("ada", 1, offer("ada")));
    auto elsewhere = offer("ben");
    elsewhere.call = "d";
    EXPECT_FALSE(sends("ada", 1, elsewhere));
}

TEST_F(SwitchboardTest, DropsAnAnswerToAnOlderOffer) {
    const auto first = sends("ada", 1, offer("ben"));
    const auto second = sends("ada", 1, offer("ben"));
    EXPECT_NE(first, second);
    EXPECT_FALSE(sends("ben", 2, answer("ada", first)));
    EXPECT_EQ(refusal(), Code::conflict);
    EXPECT_EQ(sends("ben", 2, answer("ada", second)), second);
    EXPECT_FALSE(sends("ben", 2, answer("ada", second))) << "twice";
    EXPECT_FALSE(sends("ada", 1, answer("ben", second))) << "one's own";
}

TEST_F(SwitchboardTest, LetsTheImpolitesOfferStandWhicheverWasFirst) {
    const auto polite = sends("ben", 2, offer("ada"));
    const auto impolite = sends("ada", 1, offer("ben"));
    EXPECT_TRUE(polite && impolite);
    EXPECT_FALSE(sends("ada", 1, answer("ben", polite))) << "it is over";
    EXPECT_FALSE(sends("ben", 2, candidates("ada"))) << "those of the offer that is over";
    EXPECT_EQ(sends("ben", 2, answer("ada", impolite)), impolite);
    EXPECT_EQ(sends("ben", 2, candidates("ada")), impolite);

    const auto again = sends("ada", 1, offer("ben"));
    EXPECT_FALSE(sends("ben", 2, offer("ada"))) << "hers stands";
    EXPECT_EQ(refusal(), Code::conflict);
    EXPECT_EQ(sends("ben", 2, answer("ada", again)), again);
    EXPECT_TRUE(sends("ben", 2, offer("ada"))) << "now it is his turn";
}

TEST_F(SwitchboardTest, KeepsLinksApart) {
    const auto to_ben = sends("ada", 1, offer("ben"));
    const auto to_max = sends("ada", 1, offer("max"));
    EXPECT_FALSE(sends("max", 3, answer("ada", to_ben)));
    EXPECT_EQ(sends("max", 3, answer("ada", to_max)), to_max);
    EXPECT_EQ(sends("ben", 2, answer("ada", to_ben)), to_ben);
    EXPECT_TRUE(sends("max", 3, offer("ben")));
}

TEST_F(SwitchboardTest, CountsCandidatesOfEachNegotiation) {
    sends("ada", 1, offer("ben"));
    EXPECT_TRUE(sends("ada", 1, candidates("ben", limits::candidates_per_negotiation_max)));
    EXPECT_FALSE(sends("ada", 1, candidates("ben")));
    EXPECT_EQ(refusal(), Code::too_large);
    sends("ada", 1, offer("ben"));
    EXPECT_TRUE(sends("ada", 1, candidates("ben")));
    EXPECT_FALSE(sends("max", 3, candidates("ben"))) << "of no description";
}

TEST_F(SwitchboardTest, PassesCandidatesAfterAnAnswerThatCameTwice) {
    const auto offered = sends("ada", 1, offer("ben"));
    EXPECT_EQ(sends("ben", 2, answer("ada", offered)), offered);
    EXPECT_FALSE(sends("ben", 2, answer("ada", offered)));
    EXPECT_EQ(sends("ben", 2, candidates("ada")), offered);
    EXPECT_EQ(sends("ada", 1, candidates("ben")), offered);
}

TEST_F(SwitchboardTest, IsNotChangedByWhatIsTooLarge) {
    const auto offered = sends("ada", 1, offer("ben"));
    auto large = answer("ada", offered);
    large.candidates = limits::candidates_per_negotiation_max + 1;
    EXPECT_FALSE(sends("ben", 2, large));
    EXPECT_EQ(refusal(), Code::too_large);
    EXPECT_EQ(sends("ben", 2, answer("ada", offered)), offered);
    large = offer("ben");
    large.candidates = limits::candidates_per_negotiation_max + 1;
    EXPECT_FALSE(sends("ada", 1, large));
    EXPECT_TRUE(sends("ben", 2, offer("ada"))) << "no offer that nobody has seen stands in its way";
}

TEST_F(SwitchboardTest, BeginsALinkAnewWhenAConnectionIsAnother) {
    const auto lost = sends("ada", 1, offer("ben"));
    Leg& ben = *call.leg_of("ben");
    ben.state = LegState::away;
    ben.device = 0;
    put();
    EXPECT_FALSE(sends("ada", 1, offer("ben")));
    EXPECT_EQ(refusal(), Code::unavailable);
    EXPECT_FALSE(sends("ben", 2, offer("ada"))) << "the connection that was";
    ben.state = LegState::present;
    ben.device = 22;
    put();
    EXPECT_FALSE(sends("ben", 22, answer("ada", lost)));
    EXPECT_TRUE(sends("ben", 22, offer("ada"))) << "her offer that was lost stands in no way";
    ben.leg = "another";
    put();
    auto to_the_old = offer("ben");
    to_the_old.leg = "leg-ben";
    EXPECT_FALSE(sends("ada", 1, to_the_old));
    EXPECT_EQ(refusal(), Code::conflict);
}

TEST_F(SwitchboardTest, KnowsNothingOfACallThatIsOver) {
    EXPECT_EQ(board.call_of(2), "c");
    EXPECT_EQ(board.calls_of("ben").size(), 1U);
    call.state = CallState::ended;
    put();
    EXPECT_FALSE(sends("ada", 1, offer("ben")));
    EXPECT_EQ(board.call_of(2), std::nullopt);
    EXPECT_TRUE(board.calls_of("ben").empty());
    EXPECT_EQ(board.size(), 0U);
}

TEST_F(SwitchboardTest, SaysWhichConnectionsAreNew) {
    Call next = call;
    next.version = 9;
    next.legs.push_back({.user = "sue", .state = LegState::present, .leg = "s", .device = 4});
    EXPECT_EQ(board.put(next), std::vector<std::uint64_t>{4});
    next.version = 8;
    next.legs.clear();
    board.put(next);
    EXPECT_NE(board.find("c")->leg_of("sue"), nullptr) << "what is older is not put in its place";
}

// Two browsers that negotiate as "perfect negotiation" says, over a wire that is late in each
// direction by itself: however their offers cross, both are stable in the end, and with each other.
struct Browser {
    std::string_view name{};
    std::uint64_t device = 0;
    bool polite = false;
    std::int64_t offered = 0;  // an own offer that is not answered; -1: its number is not known yet
    bool wants = false;
    std::int64_t agreed = 0;
    std::deque<Signal> coming{};
};

TEST_F(SwitchboardTest, KnowsWhoStandsAtTheDoor) {
    const auto guest = [](const char* user, std::uint64_t device, GuestState state) {
        return Guest{.user = user, .device = device, .state = state};
    };
    call.lesson.guests = {guest("eve", 9, GuestState::waiting),
                          guest("cleo", 0, GuestState::denied),
                          guest("zoe", 8, GuestState::admitted)};
    put();
    for (const char* user : {"eve", "cleo", "zoe"})
        EXPECT_EQ(board.calls_of(user), std::vector<std::string>{"c"}) << user;
    EXPECT_EQ(board.waits_of(9), std::vector<std::string>{"c"});
    EXPECT_TRUE(board.waits_of(8).empty());
    call.lesson.guests.clear();
    put();
    EXPECT_TRUE(board.calls_of("cleo").empty());
}

TEST_F(SwitchboardTest, SaysWhichConnectionsNewlyWaitThoughTheyWaitElsewhere) {
    const Guest eve{.user = "eve", .device = 9};
    call.lesson.guests = {eve};
    ++call.version;
    EXPECT_EQ(board.put(call), std::vector<std::uint64_t>{9});
    ++call.version;
    EXPECT_TRUE(board.put(call).empty());
    Call other{.id = "d", .version = 1, .state = CallState::active};
    EXPECT_TRUE(board.put(other).empty());
    other.lesson.guests = {eve};
    ++other.version;
    EXPECT_EQ(board.put(other), std::vector<std::uint64_t>{9}) << "it may be gone by now";
}

TEST(Negotiation, EndsInAgreementHoweverOffersCross) {
    EXPECT_TRUE(rc::check("both are stable, and agree", [] {
        Switchboard board{1};
        board.put(three());
        Browser ada{.name = "ada", .device = 1};
        Browser ben{.name = "ben", .device = 2, .polite = true};
        const auto send = [&](Browser& from, Browser& to, Signal signal) {
            signal.call = "c";
            signal.to = to.name;
            const auto passed = board.pass(from.name, from.device, signal);
            if (!passed.ok()) return false;
            signal.negotiation = passed->negotiation;
            if (signal.description == Description::offer) from.offered = passed->negotiation;
            to.coming.push_back(std::move(signal));
            return true;
        };
        const auto offer = [&](Browser& from, Browser& to) {
            if (from.offered != 0) return;
            from.offered = -1;
            // Not passed on: the other's is on its way, and takes this one back.
            send(from, to, {.description = Description::offer});
        };
        const auto receive = [&](Browser& at, Browser& other) {
            if (at.coming.empty()) return;
            const Signal signal = at.coming.front();
            at.coming.pop_front();
            if (signal.description == Description::answer) {
                RC_ASSERT(at.offered == *signal.negotiation);
                at.offered = 0;
                at.agreed = *signal.negotiation;
                return;
            }
            if (at.offered != 0 && !at.polite) return;  // ours stands
            at.offered = 0;                             // rolled back
            Signal answer{.description = Description::answer, .negotiation = signal.negotiation};
            if (send(at, other, std::move(answer))) at.agreed = *signal.negotiation;
        };
        const auto steps = below(60);
        for (std::size_t i = 0; i < steps; ++i) {
            switch (below(4)) {
                case 0: offer(ada, ben); break;
                case 1: offer(ben, ada); break;
                case 2: receive(ada, ben); break;
                default: receive(ben, ada); break;
            }
        }
        while (!ada.coming.empty() || !ben.coming.empty()) {
            receive(ada, ben);
            receive(ben, ada);
        }
        RC_ASSERT(ada.offered == 0);
        RC_ASSERT(ben.offered == 0);
        RC_ASSERT(ada.agreed == ben.agreed);
    }));
}

}  // namespace
}  // namespace homeroom::features::calls
