#include "backbone/drain.h"

#include <gtest/gtest.h>

namespace homeroom::backbone {
namespace {

using namespace std::chrono_literals;

// How many of `wanted` events it lets through in so many seconds, asked every 10 ms.
std::size_t drained(Drain& drain, SteadyTime& now, std::uint64_t& last, int seconds,
                    std::uint64_t new_per_second) {
    std::size_t total = 0;
    for (int i = 0; i < seconds * 100; ++i) {
        now += 10ms;
        last += new_per_second / 100;
        const auto some = drain.allowed(now, last);
        drain.take(some);
        total += some;
    }
    return total;
}

TEST(Drain, GivesItsRate) {
    SteadyTime now{};
    std::uint64_t last = 0;
    Drain drain{1'000, now, last};
    EXPECT_NEAR(static_cast<double>(drained(drain, now, last, 10, 0)), 11'000, 20);
}

TEST(Drain, ABacklogShrinksByItsRateHoweverMuchIsNew) {
    SteadyTime now{};
    std::uint64_t last = 0;
    Drain drain{1'000, now, last};
    EXPECT_NEAR(static_cast<double>(drained(drain, now, last, 10, 5'000)), 60'000, 2'500);
}

TEST(Drain, AnOutageSavesNothingUp) {
    SteadyTime now{};
    Drain drain{1'000, now, 0};
    now += 1h;
    EXPECT_LE(drain.allowed(now, 100'000), 1'100u);
    EXPECT_LE(drain.allowed(now + 1s, 100'000), 1'100u);
}

TEST(Drain, TakesNoMoreThanThereIs) {
    SteadyTime now{};
    Drain drain{10, now, 0};
    drain.take(drain.allowed(now, 0));
    EXPECT_EQ(drain.allowed(now, 0), 0u);
    EXPECT_EQ(drain.allowed(now + 100ms, 0), 1u);
}

}  // namespace
}  // namespace homeroom::backbone
