#include "features/study/timer.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace homeroom::features::study {
namespace {

using campus::Json;
using Phase = Timer::Phase;

const WallTime noon = *parse_rfc3339("2026-11-23T12:00:00Z");

Timer two_rounds() {
    Timer timer;
    timer.focus = 25min;
    timer.rest = 5min;
    timer.rounds = 2;
    return timer;
}

std::string words(const Timer& timer) {
    const Json view = timer_view(timer);
    const Json& phase = view["phase"];
    return (phase.is_string() ? phase.get<std::string>() : "idle") + " " +
           std::to_string(timer.round);
}

TEST(Timer, RunsThroughItsRoundsByTheClock) {
    Timer timer = two_rounds();
    EXPECT_FALSE(timer.advance(noon));
    timer.start(noon);
    EXPECT_EQ(words(timer), "focus 1");
    EXPECT_EQ(timer.ends_at, noon + 25min);
    EXPECT_FALSE(timer.advance(noon + 25min - 1ms));
    EXPECT_TRUE(timer.advance(noon + 25min));
    EXPECT_EQ(words(timer), "break 1");
    EXPECT_TRUE(timer.advance(noon + 30min + 3s));
    EXPECT_EQ(words(timer), "focus 2");
    EXPECT_EQ(timer.ends_at, noon + 55min);  // however late somebody looked
    EXPECT_TRUE(timer.advance(noon + 56min));
    EXPECT_EQ(words(timer), "idle 0");  // no break behind the last
    EXPECT_FALSE(timer.advance(noon + 3h));
}

TEST(Timer, CatchesUpWithSeveralPhasesAtOnce) {
    Timer timer = two_rounds();
    timer.start(noon);
    EXPECT_TRUE(timer.advance(noon + 31min));
    EXPECT_EQ(words(timer), "focus 2");
    timer = two_rounds();
    timer.start(noon);
    EXPECT_TRUE(timer.advance(noon + 24h));
    EXPECT_EQ(words(timer), "idle 0");
}

TEST(Timer, PausedItKeepsWhatIsLeft) {
    Timer timer = two_rounds();
    timer.start(noon);
    timer.pause(noon + 10min);
    EXPECT_FALSE(timer.ends_at);
    EXPECT_EQ(timer.paused_with, 15min);
    EXPECT_FALSE(timer.advance(noon + 24h));
    timer.pause(noon + 25h);  // no more than once
    EXPECT_EQ(timer.paused_with, 15min);
    timer.start(noon + 24h);
    EXPECT_EQ(timer.ends_at, noon + 24h + 15min);
    timer.start(noon + 24h + 1min);  // runs already
    EXPECT_EQ(timer.ends_at, noon + 24h + 15min);
}

TEST(Timer, SkipsAndStops) {
    Timer timer = two_rounds();
    timer.skip(noon);  // nothing to skip
    EXPECT_EQ(words(timer), "idle 0");
    timer.start(noon);
    timer.pause(noon);
    timer.skip(noon + 1min);
    EXPECT_EQ(words(timer), "break 1");
    EXPECT_EQ(timer.ends_at, noon + 6min);
    timer.stop();
    EXPECT_EQ(timer, two_rounds());
}

TEST(Timer, IsPatchedAllOrNot) {
    Timer timer;
    const Json patch{{"focus", 60}, {"break", 10}, {"rounds", 3}, {"do", "start"}};
    ASSERT_TRUE(apply_timer_patch(timer, patch, noon).ok());
    EXPECT_EQ(timer.ends_at, noon + 60s);
    EXPECT_EQ(timer.rounds, 3);
    for (const Json& wrong : {Json(1), Json{{"focus", 0}}, Json{{"focus", 1.5}},
                              Json{{"break", 100'000}}, Json{{"rounds", 25}}, Json{{"rounds", -1}},
                              Json{{"do", "explode"}}, Json{{"do", 1}}, Json{{"endsAt", "now"}}}) {
        Timer copy = timer;
        EXPECT_FALSE(apply_timer_patch(copy, wrong, noon).ok()) << wrong;
    }
}

TEST(Timer, WhatHasEndedHasEndedBeforeAnythingIsDoneToIt) {
    Timer timer = two_rounds();
    timer.start(noon);
    ASSERT_TRUE(apply_timer_patch(timer, {{"do", "pause"}}, noon + 26min).ok());
    EXPECT_EQ(words(timer), "break 1");
    EXPECT_EQ(timer.paused_with, 4min);
}

RC_GTEST_PROP(Timer, IsKeptAsItIsWhateverWasDone, ()) {
    Timer timer;
    WallTime now = noon;
    const auto deeds = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 6));
    for (const int deed : deeds) {
        now += std::chrono::seconds{*rc::gen::inRange(0, 4'000)};
        switch (deed) {
            case 0: timer.start(now); break;
            case 1: timer.pause(now); break;
            case 2: timer.stop(); break;
            case 3: timer.skip(now); break;
            case 4: timer.advance(now); break;
            default: RC_ASSERT(apply_timer_patch(timer, {{"focus", 100}, {"rounds", 2}}, now).ok());
        }
        RC_ASSERT(timer_from_json(to_json(timer)) == timer);
        RC_ASSERT((timer.phase == Phase::idle) == (timer.round == 0));
        RC_ASSERT((timer.phase == Phase::idle) == (!timer.ends_at && !timer.paused_with));
        RC_ASSERT(!(timer.ends_at && timer.paused_with));
    }
}

}  // namespace
}  // namespace homeroom::features::study
