#include "base/rate_table.h"

#include <gtest/gtest.h>

namespace homeroom {
namespace {

using namespace std::chrono_literals;

TEST(RateTable, GivesEachKeyItsOwn) {
    RateTable table{TokenRate{.per_second = 1, .burst = 2}, 100};
    const SteadyTime now{1h};
    EXPECT_FALSE(table.take("here", now));
    EXPECT_FALSE(table.take("here", now));
    EXPECT_EQ(table.take("here", now), 1s);
    EXPECT_FALSE(table.take("there", now));
    EXPECT_FALSE(table.take("here", now + 1s));
    EXPECT_EQ(table.refused(), 1U);
}

TEST(RateTable, IsBoundedWhoeverComes) {
    RateTable table{TokenRate{.per_second = 1, .burst = 1}, 100};
    const SteadyTime now{1h};
    EXPECT_FALSE(table.take("kept", now));
    for (int i = 0; i < 10'000; ++i) {
        EXPECT_FALSE(table.take(std::to_string(i), now));
        if (i % 50 != 0) continue;
        EXPECT_TRUE(table.take("kept", now)) << "who goes on asking is not forgotten";
    }
    EXPECT_EQ(table.size(), 100U);
    table.forget_idle(now + 1s);
    EXPECT_EQ(table.size(), 0U);
}

TEST(RateTable, WithoutARateKeepsNothing) {
    RateTable table{std::nullopt, 100};
    for (int i = 0; i < 1'000; ++i) EXPECT_FALSE(table.take("here", SteadyTime{1h}));
    EXPECT_EQ(table.size(), 0U);
}

}  // namespace
}  // namespace homeroom
