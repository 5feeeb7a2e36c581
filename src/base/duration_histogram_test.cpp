#include "base/duration_histogram.h"

#include <gtest/gtest.h>

namespace homeroom {
namespace {

using namespace std::chrono_literals;

TEST(DurationHistogram, CountsEachDurationUpToItsBoundAndBeyond) {
    DurationHistogram histogram;
    EXPECT_EQ(histogram.values().count, 0U);
    histogram.record(1ms);  // a bound belongs to its own bucket
    histogram.record(30ms);
    histogram.record(50ms);
    histogram.record(60s);
    const auto values = histogram.values();
    EXPECT_EQ(values.count, 4U);
    EXPECT_EQ(values.up_to[0], 1U);
    EXPECT_EQ(values.up_to[4], 1U);  // 25 ms
    EXPECT_EQ(values.up_to[5], 3U);  // 50 ms
    EXPECT_EQ(values.up_to.back(), 3U);
    EXPECT_NEAR(values.sum, 60.081, 1e-6);
}

}  // namespace
}  // namespace homeroom
