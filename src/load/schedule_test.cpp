#include "load/schedule.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <utility>

namespace homeroom::load {
namespace {

constexpr std::int64_t millisecond = 1'000'000;

TEST(Schedule, ThePublishersTakeTurnsAtEvenIntervals) {
    Schedule schedule({.rate = 100, .began = 7, .all = 3}, {0, 1, 2});
    for (std::uint32_t i = 0; i < 9; ++i) {
        EXPECT_EQ(schedule.publisher(), i % 3);
        EXPECT_EQ(schedule.due(), 7 + i * 10 * millisecond);
        schedule.advance();
    }
}

TEST(Schedule, AProcessLeavesTheTurnsOfOthersOut) {
    Schedule schedule({.rate = 1000, .began = 0, .all = 5}, {1, 4});
    for (const std::int64_t due : {1, 4, 6, 9, 11}) {
        EXPECT_EQ(schedule.due(), due * millisecond);
        schedule.advance();
    }
}

TEST(Schedule, CountsWhatIsDue) {
    Schedule schedule({.rate = 1000, .began = 0, .all = 2}, {0, 1});
    EXPECT_EQ(schedule.due_until(-1), 0U);
    EXPECT_EQ(schedule.due_until(0), 1U);
    EXPECT_EQ(schedule.due_until(10 * millisecond), 11U);
    for (int i = 0; i < 11; ++i) schedule.advance();
    EXPECT_EQ(schedule.due_until(10 * millisecond), 0U);
    EXPECT_EQ(schedule.due_until(5 * millisecond), 0U);
}

RC_GTEST_PROP(Schedule, CountsAsManyAsItWouldSend, ()) {
    const auto all = *rc::gen::inRange<std::uint32_t>(1, 20);
    std::vector<std::uint32_t> turns;
    for (std::uint32_t i = 0; i < all; ++i) {
        if (i + 1 == all ? turns.empty() : *rc::gen::arbitrary<bool>()) turns.push_back(i);
    }
    const double rate = *rc::gen::inRange(1, 1'000'000) / 7.0;
    Schedule schedule({.rate = rate, .began = 1'000, .all = all}, std::move(turns));
    const auto sent = *rc::gen::inRange(0, 50);
    for (int i = 0; i < sent; ++i) schedule.advance();
    Schedule later = schedule;
    const auto more = *rc::gen::inRange<std::uint64_t>(0, 200);
    for (std::uint64_t i = 0; i < more; ++i) later.advance();
    RC_ASSERT(schedule.due_until(later.due()) == more + 1);
    RC_ASSERT(schedule.due_until(later.due() - 1) == more);
}

}  // namespace
}  // namespace homeroom::load
