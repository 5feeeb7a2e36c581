#include "backbone/fallback.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace homeroom::backbone {
namespace {

using namespace std::chrono_literals;
using campus::Need;

// A clock that is moved by hand, and measures that are fine but for what a test says.
class FallbackTest : public testing::Test {
protected:
    State after(std::chrono::milliseconds time, Measures measures) {
        now_ += time;
        measures.now = now_;
        return fallback_.advance(measures);
    }
    State settled(Measures measures) {
        after(0ms, measures);
        return after(10s, measures);
    }
    static Measures fine() { return {.reachable = true}; }
    static Measures filled(double share) { return {.reachable = true, .filled = share}; }

    Fallback fallback_{};
    SteadyTime now_{};
};

TEST_F(FallbackTest, IsDegradedUntilABrokerHasAnsweredForAWhile) {
    EXPECT_EQ(fallback_.state(), State::degraded);
    EXPECT_EQ(after(1ms, {}), State::degraded);
    EXPECT_EQ(after(1ms, fine()), State::degraded);
    EXPECT_EQ(after(3s, fine()), State::ok);
}

TEST_F(FallbackTest, NoBrokerIsNoticedAtOnce) {
    settled(fine());
    EXPECT_EQ(after(1ms, {.reachable = false}), State::degraded);
}

TEST_F(FallbackTest, ABrokerThatAnswersButTakesNothingIsNone) {
    settled(fine());
    EXPECT_EQ(after(1ms, {.reachable = true, .stalled = 9s}), State::ok);
    EXPECT_EQ(after(1ms, {.reachable = true, .stalled = 10s}), State::degraded);
}

TEST_F(FallbackTest, FlappingDoesNotFlapTheState) {
    settled(fine());
    after(1ms, {.reachable = false});
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(after(2s, fine()), State::degraded);
        EXPECT_EQ(after(100ms, {.reachable = false}), State::degraded);
    }
    EXPECT_EQ(settled(fine()), State::ok);
}

TEST_F(FallbackTest, CatchesUpBeforeItIsWell) {
    settled(fine());
    after(1ms, {.reachable = false, .behind = 1'000});
    const Measures behind{.reachable = true, .behind = 1'000};
    EXPECT_EQ(settled(behind), State::catching_up);
    EXPECT_EQ(settled({.reachable = true, .behind = 101}), State::catching_up);
    EXPECT_EQ(settled({.reachable = true, .behind = 100}), State::ok);
    EXPECT_EQ(after(1ms, behind), State::ok) << "a burst is no backlog";
    EXPECT_EQ(after(1ms, {.reachable = true, .behind = 5'001}), State::catching_up);
}

TEST_F(FallbackTest, ShedsAndRefusesByHowFullItIsAndLeavesLater) {
    settled(fine());
    EXPECT_EQ(after(1ms, filled(0.69)), State::ok);
    EXPECT_EQ(after(1ms, filled(0.70)), State::shedding);
    EXPECT_EQ(settled(filled(0.61)), State::shedding);
    EXPECT_EQ(after(1ms, filled(0.95)), State::read_only);
    EXPECT_EQ(settled(filled(0.86)), State::read_only);
    EXPECT_EQ(settled(filled(0.80)), State::shedding);
    EXPECT_EQ(settled(filled(0.10)), State::ok);
}

TEST_F(FallbackTest, ADiskThatFailsIsReadOnlyAtOnceAndRecovers) {
    settled(fine());
    EXPECT_EQ(after(1ms, {.reachable = true, .disk_failed = true}), State::read_only);
    EXPECT_EQ(settled(fine()), State::ok);
}

TEST_F(FallbackTest, WhatIsRefused) {
    for (const State state : {State::ok, State::degraded, State::catching_up}) {
        for (const Need need : {Need::ephemeral, Need::bulky, Need::durable, Need::owed})
            EXPECT_FALSE(refuses(state, need)) << to_string(state);
    }
    EXPECT_TRUE(refuses(State::shedding, Need::ephemeral));
    EXPECT_TRUE(refuses(State::shedding, Need::bulky));
    EXPECT_FALSE(refuses(State::shedding, Need::durable));
    for (const Need need : {Need::ephemeral, Need::bulky, Need::durable})
        EXPECT_TRUE(refuses(State::read_only, need));
    for (const State state : states) EXPECT_FALSE(refuses(state, Need::owed)) << to_string(state);
}

TEST(Filled, IsTheShareOfWhatABacklogMayTake) {
    constexpr double GiB = 1024.0 * 1024 * 1024;
    EXPECT_DOUBLE_EQ(filled(0, 8 * GiB, 100 * GiB), 0);
    EXPECT_DOUBLE_EQ(filled(4 * GiB, 8 * GiB, 100 * GiB), 0.5);
    EXPECT_DOUBLE_EQ(filled(9 * GiB, 8 * GiB, 100 * GiB), 1);
    EXPECT_GT(filled(1 * GiB, 8 * GiB, 0.3 * GiB), 0.75)
        << "the disk has less room than it may take";
    EXPECT_DOUBLE_EQ(filled(0, 8 * GiB, 0), 1) << "the disk is full of something else";
}

// Whatever happens, it is never better than what is measured says, and it settles where the numbers
// are.
RC_GTEST_PROP(FallbackProperty, IsNeverBetterThanItIs, ()) {
    Fallback fallback;
    SteadyTime now{};
    const auto measured = [&] {
        return Measures{.now = now,
                        .reachable = *rc::gen::arbitrary<bool>(),
                        .stalled = std::chrono::milliseconds{*rc::gen::inRange(0, 20'000)},
                        .behind = *rc::gen::inRange<std::uint64_t>(0, 10'000),
                        .filled = *rc::gen::inRange(0, 101) / 100.0,
                        .disk_failed = *rc::gen::inRange(0, 10) == 0};
    };
    for (int i = 0; i < 100; ++i) {
        now += std::chrono::milliseconds{*rc::gen::inRange(1, 5'000)};
        const Measures measures = measured();
        const State state = fallback.advance(measures);
        if (measures.filled >= 0.95 || measures.disk_failed) RC_ASSERT(state == State::read_only);
        if (measures.filled >= 0.70)
            RC_ASSERT(state == State::shedding || state == State::read_only);
        if (!measures.reachable || measures.stalled >= 10s)
            RC_ASSERT(state != State::ok && state != State::catching_up);
    }
    for (int i = 0; i < 20; ++i) {
        now += 4s;
        fallback.advance({.now = now, .reachable = true});
    }
    RC_ASSERT(fallback.state() == State::ok);
}

}  // namespace
}  // namespace homeroom::backbone
