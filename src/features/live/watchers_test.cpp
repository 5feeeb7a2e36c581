// Who watches, how many that are, and who begins when.
#include "features/live/watchers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/live/limits.h"
#include "features/live/settling.h"

namespace homeroom::features::live {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const SteadyTime now{std::chrono::hours{1}};
const WallTime noon = *parse_rfc3339("2026-11-23T12:00:00Z");

TEST(Watchers, CountPeopleAndNotConnections) {
    Watchers all;
    EXPECT_EQ(all.come("x", "sam", 1), Watchers::Came::anew);
    EXPECT_EQ(all.come("x", "sam", 2), Watchers::Came::anew);
    EXPECT_EQ(all.come("x", "sue", 3), Watchers::Came::anew);
    EXPECT_EQ(all.come("x", "sue", 3), Watchers::Came::again);
    EXPECT_EQ(all.count("x", now), 2);
    EXPECT_THAT(all.take_changed(), ElementsAre("x"));
    EXPECT_TRUE(all.go("x", 1));
    EXPECT_FALSE(all.go("x", 1));
    EXPECT_EQ(all.count("x", now), 2);
    EXPECT_THAT(all.take_changed(), IsEmpty());
    all.go_everywhere(2);
    EXPECT_EQ(all.count("x", now), 1);
    EXPECT_THAT(all.take_changed(), ElementsAre("x"));
    EXPECT_FALSE(all.watches("x", 2));
    EXPECT_TRUE(all.watches("x", 3));
    all.go_everywhere(99);
}

TEST(Watchers, WatchSoManyAtOnce) {
    Watchers all;
    for (std::size_t i = 0; i < watched_by_device_max; ++i)
        EXPECT_EQ(all.come("x" + std::to_string(i), "sam", 1), Watchers::Came::anew);
    EXPECT_EQ(all.come("y", "sam", 1), Watchers::Came::refused);
    EXPECT_EQ(all.count("y", now), 0);
    EXPECT_EQ(all.come("y", "sam", 2), Watchers::Came::anew);
    EXPECT_EQ(all.people(), watched_by_device_max + 1);
}

TEST(Watchers, AreGoneWhenItEnds) {
    Watchers all;
    all.come("x", "sam", 1);
    all.come("y", "sam", 1);
    all.come("x", "sue", 2);
    all.end("x");
    EXPECT_EQ(all.count("x", now), 0);
    EXPECT_FALSE(all.go("x", 1));
    EXPECT_TRUE(all.watches("y", 1));
    EXPECT_THAT(all.take_changed(), ElementsAre("y"));
}

TEST(Watchers, AreAsManyAsTheMediaServerSaysForAWhile) {
    Watchers all;
    all.come("x", "sam", 1);
    all.hear("x", 50, noon, now);
    EXPECT_EQ(all.count("x", now), 50);
    all.hear("x", 7, noon - 1s, now);  // came late
    EXPECT_EQ(all.count("x", now), 50);
    all.hear("x", 0, noon + 1s, now);
    EXPECT_EQ(all.count("x", now), 1) << "this one is certainly there";
    all.hear("x", 50, noon + 2s, now);
    EXPECT_EQ(all.count("x", now + viewers_heard_for), 1);
}

TEST(Watchers, AreAskedAgainAsLongAsTheMediaServersWordCounts) {
    Watchers all;
    all.come("x", "sam", 1);
    EXPECT_FALSE(all.hears());
    all.hear("x", 50, noon, now);
    EXPECT_TRUE(all.hears());
    all.take_changed();
    all.fade(now + viewers_heard_for - 1ms);
    EXPECT_THAT(all.take_changed(), IsEmpty());
    all.fade(now + viewers_heard_for);
    EXPECT_THAT(all.take_changed(), ElementsAre("x"));
    EXPECT_FALSE(all.hears());
    EXPECT_EQ(all.count("x", now), 1);
}

TEST(Watchers, AreToldWhenTheyAreAnotherNumber) {
    Watchers all;
    EXPECT_FALSE(all.told("x"));
    all.come("x", "sam", 1);
    EXPECT_FALSE(all.told("x"));
    EXPECT_TRUE(all.tell("x", now).differs);
    EXPECT_EQ(all.told("x"), 1);
    EXPECT_FALSE(all.tell("x", now).differs);
    EXPECT_FALSE(all.tell("x", now).rounded_differs);
    all.hear("x", 1'220, noon, now);
    EXPECT_TRUE(all.tell("x", now).rounded_differs);
    all.hear("x", 1'234, noon, now);
    const auto news = all.tell("x", now);
    EXPECT_EQ(news.count, 1'234);
    EXPECT_TRUE(news.differs);
    EXPECT_FALSE(news.rounded_differs);
    all.end("x");
    EXPECT_FALSE(all.told("x"));
}

// Ten thousand come at the same moment.
TEST(Watchers, BeginOneAfterTheOther) {
    Watchers all;
    std::chrono::milliseconds last{0};
    std::size_t in_the_first_second = 0;
    for (int i = 0; i < 10'000; ++i) {
        const auto wait = all.place("x", 200, now);
        EXPECT_GE(wait, last);
        last = wait;
        if (wait < 1s) ++in_the_first_second;
    }
    EXPECT_NEAR(static_cast<double>(in_the_first_second), 200, 1);
    EXPECT_NEAR(static_cast<double>(last.count()), 49'995, 10);
    EXPECT_EQ(all.place("y", 200, now), 0ms);
    EXPECT_EQ(all.place("x", 200, now + 60s), 0ms) << "the row is empty again";
    for (int i = 0; i < 20'000; ++i) last = all.place("z", 200, now);
    EXPECT_EQ(last, jitter_max);
}

TEST(Watchers, AreSpreadByHowManyMayCome) {
    EXPECT_EQ(jitter_of(30, 200), 0ms);
    EXPECT_EQ(jitter_of(10'000, 200), 50s);
    EXPECT_EQ(jitter_of(1'000'000, 200), jitter_max);
}

TEST(Watchers, AreSpreadCoarselyWhereTheirNumberIsNotTold) {
    EXPECT_EQ(coarse(0ms), 0ms);
    EXPECT_EQ(coarse(1'250ms), 20s);
    EXPECT_EQ(coarse(20s), 20s);
    EXPECT_EQ(coarse(20'001ms), 40s);
    EXPECT_EQ(coarse(jitter_max), jitter_max);
}

TEST(Watchers, AreShownInRoundNumbers) {
    EXPECT_EQ(rounded(0), 0);
    EXPECT_EQ(rounded(100), 100);
    EXPECT_EQ(rounded(101), 100);
    EXPECT_EQ(rounded(118), 120);
    EXPECT_EQ(rounded(1'234), 1'200);
    EXPECT_EQ(rounded(12'345), 12'000);
}

}  // namespace
}  // namespace homeroom::features::live
