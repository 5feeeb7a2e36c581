#include "outgoing/retry.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace homeroom::outgoing {
namespace {

using namespace std::chrono_literals;

constexpr RetryPolicy policy{.first = 5s, .longest = 6h, .attempts_max = 12};

TEST(Retry, WaitsThreeTimesAsLongEachTime) {
    EXPECT_EQ(wait_after(1, 1, policy), 5s);
    EXPECT_EQ(wait_after(2, 1, policy), 15s);
    EXPECT_EQ(wait_after(3, 1, policy), 45s);
    EXPECT_EQ(wait_after(8, 1, policy), 10935s);
    EXPECT_EQ(wait_after(9, 1, policy), 6h);
    EXPECT_EQ(wait_after(11, 1, policy), 6h);
    EXPECT_EQ(wait_after(12, 1, policy), std::nullopt) << "given up";
}

TEST(Retry, SpreadsWhatFailedTogether) {
    EXPECT_EQ(wait_after(1, 0, policy), 2500ms);
    EXPECT_EQ(wait_after(1, 0.5, policy), 3750ms);
}

TEST(Retry, DoesAsItWasAskedWithinBounds) {
    EXPECT_EQ(wait_after(1, 1, policy, 60s), 60s);
    EXPECT_EQ(wait_after(1, 1, policy, 1s), 5s);
    EXPECT_EQ(wait_after(1, 1, policy, 48h), 6h);
}

RC_GTEST_PROP(Retry, StaysWithinItsBounds, ()) {
    const auto attempts = *rc::gen::inRange<std::int64_t>(1, 40);
    const double chance = *rc::gen::inRange(0, 1001) / 1000.0;
    const auto wait = wait_after(attempts, chance, policy);
    RC_ASSERT(wait.has_value() == (attempts < policy.attempts_max));
    if (!wait) return;
    RC_ASSERT(*wait >= policy.first / 2);
    RC_ASSERT(*wait <= policy.longest);
}

}  // namespace
}  // namespace homeroom::outgoing
