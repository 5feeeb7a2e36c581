#include "base/token_bucket.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <vector>

namespace homeroom {
namespace {

using namespace std::chrono_literals;

const SteadyTime start{1h};

TEST(TokenBucket, GivesTheBurstAndThenTheRate) {
    const TokenRate rate{.per_second = 10, .burst = 3};
    TokenBucket bucket{rate, start};
    EXPECT_TRUE(bucket.is_full(rate, start));
    for (int i = 0; i < 3; ++i) EXPECT_EQ(bucket.take(rate, start), std::nullopt) << i;
    EXPECT_FALSE(bucket.is_full(rate, start));
    EXPECT_EQ(bucket.take(rate, start), 100ms);
    EXPECT_EQ(bucket.take(rate, start + 40ms), 60ms);
    EXPECT_EQ(bucket.take(rate, start + 100ms), std::nullopt);
    EXPECT_EQ(bucket.take(rate, start + 100ms), 100ms);
}

TEST(TokenBucket, NeverHoldsMoreThanTheBurst) {
    const TokenRate rate{.per_second = 10, .burst = 3};
    TokenBucket bucket{rate, start};
    const SteadyTime later = start + 24h;
    EXPECT_TRUE(bucket.is_full(rate, later));
    for (int i = 0; i < 3; ++i) EXPECT_EQ(bucket.take(rate, later), std::nullopt) << i;
    EXPECT_EQ(bucket.take(rate, later), 100ms);
    EXPECT_FALSE(bucket.is_full(rate, later + 299ms));
    EXPECT_TRUE(bucket.is_full(rate, later + 301ms));
}

TEST(TokenBucket, RefusesWithoutTakingAnything) {
    const TokenRate rate{.per_second = 1, .burst = 1};
    TokenBucket bucket{rate, start};
    EXPECT_EQ(bucket.take(rate, start), std::nullopt);
    for (int i = 0; i < 100; ++i) EXPECT_EQ(bucket.take(rate, start + 500ms), 500ms);
    EXPECT_EQ(bucket.take(rate, start + 1s), std::nullopt);
}

TEST(TokenBucket, TakesSeveralOrNone) {
    const TokenRate rate{.per_second = 10, .burst = 5};
    TokenBucket bucket{rate, start};
    EXPECT_EQ(bucket.take(rate, start, 4), std::nullopt);
    EXPECT_EQ(bucket.take(rate, start, 3), 200ms);
    EXPECT_EQ(bucket.take(rate, start, 3), 200ms) << "what was refused has taken nothing";
    EXPECT_EQ(bucket.take(rate, start + 200ms, 3), std::nullopt) << "the wait suffices";
    EXPECT_EQ(bucket.take(rate, start + 200ms), 100ms);
}

TEST(TokenBucket, TellsAWaitThatIsNeverTooShort) {  // fractions of a millisecond count as one
    const TokenRate rate{.per_second = 3, .burst = 1};
    TokenBucket bucket{rate, start};
    EXPECT_EQ(bucket.take(rate, start), std::nullopt);
    const auto wait = bucket.take(rate, start);
    ASSERT_EQ(wait, 334ms);
    EXPECT_EQ(bucket.take(rate, start + *wait), std::nullopt);
}

TEST(TokenBucket, GainsNothingFromAClockThatGoesBack) {
    const TokenRate rate{.per_second = 1, .burst = 1};
    TokenBucket bucket{rate, start};
    EXPECT_EQ(bucket.take(rate, start), std::nullopt);
    EXPECT_EQ(bucket.take(rate, start - 10s), 1s);
    EXPECT_EQ(bucket.take(rate, start), 1s);
    EXPECT_EQ(bucket.take(rate, start + 1s), std::nullopt);
}

TEST(TokenBucket, FollowsARateThatChanges) {
    const TokenRate slow{.per_second = 1, .burst = 2};
    const TokenRate quick{.per_second = 100, .burst = 10};
    TokenBucket bucket{slow, start};
    EXPECT_EQ(bucket.take(slow, start), std::nullopt);
    EXPECT_TRUE(bucket.is_full(quick, start + 90ms));
    EXPECT_TRUE(bucket.is_full(slow, start + 91ms));  // what is more than the burst is lost
    EXPECT_EQ(bucket.take(slow, start + 91ms), std::nullopt);
    EXPECT_EQ(bucket.take(slow, start + 91ms), std::nullopt);
    EXPECT_EQ(bucket.take(slow, start + 91ms), 1s);
}

// However requests come: within any time no more pass than the burst and what flowed in meanwhile,
// and whoever waits as long as it was told passes.
RC_GTEST_PROP(TokenBucket, KeepsToItsRate, ()) {
    const TokenRate rate{.per_second = static_cast<double>(*rc::gen::inRange(1, 50)),
                         .burst = static_cast<double>(*rc::gen::inRange(1, 20))};
    TokenBucket bucket{rate, start};
    SteadyTime now = start;
    double taken = 0;
    const auto pauses = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 200));
    for (const int pause : pauses) {
        now += std::chrono::milliseconds{pause};
        auto wait = bucket.take(rate, now);
        if (wait && pause % 2 == 0) {
            RC_ASSERT(*wait > 0ms);
            now += *wait;
            wait = bucket.take(rate, now);
            // A fraction that is no binary one may cost another millisecond.
            RC_ASSERT(!wait || *wait == 1ms);
        }
        if (!wait) ++taken;
        const std::chrono::duration<double> passed = now - start;
        RC_ASSERT(taken <= rate.burst + passed.count() * rate.per_second + 1e-6);
    }
}

}  // namespace
}  // namespace homeroom
