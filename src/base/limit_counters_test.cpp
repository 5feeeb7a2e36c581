#include "base/limit_counters.h"

#include <gtest/gtest.h>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace homeroom {
namespace {

std::vector<Limit> all_limits() {
    std::vector<Limit> all;
    for (std::size_t i = 0; i < limit_count; ++i) all.push_back(static_cast<Limit>(i));
    return all;
}

TEST(LimitCounters, HasAnotherNameForEachLimit) {
    std::set<std::string_view> names;
    for (const Limit limit : all_limits()) {
        EXPECT_TRUE(names.insert(to_string(limit)).second) << to_string(limit);
        // As a label of a metric, without need of quoting.
        EXPECT_EQ(to_string(limit).find_first_not_of("abcdefghijklmnopqrstuvwxyz_"),
                  std::string_view::npos);
    }
    EXPECT_FALSE(names.contains("unknown"));
    EXPECT_EQ(to_string(static_cast<Limit>(limit_count)), "unknown") << "one is not counted";
}

TEST(LimitCounters, CountsEachForItself) {
    LimitCounters counters;
    for (const Limit limit : all_limits()) {
        for (std::size_t i = 0; i <= static_cast<std::size_t>(limit); ++i) counters.reached(limit);
    }
    for (const Limit limit : all_limits())
        EXPECT_EQ(counters.count(limit), static_cast<std::size_t>(limit) + 1) << to_string(limit);
}

TEST(LimitCounters, LosesNothingBetweenThreads) {
    LimitCounters counters;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] {
                for (int count = 0; count < 10'000; ++count) counters.reached(Limit::json);
            });
        }
    }
    EXPECT_EQ(counters.count(Limit::json), 40'000U);
    EXPECT_EQ(counters.count(Limit::namespaces), 0U);
}

}  // namespace
}  // namespace homeroom
