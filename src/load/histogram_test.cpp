#include "load/histogram.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <memory>
#include <numeric>
#include <rapidcheck/gtest.h>
#include <vector>

namespace homeroom::load {
namespace {

// Large: not for the stack of a test.
std::unique_ptr<Histogram> histogram_of(const std::vector<std::uint64_t>& values) {
    auto histogram = std::make_unique<Histogram>();
    for (const auto value : values) histogram->record(value);
    return histogram;
}

// Values of all magnitudes, not mostly small ones.
rc::Gen<std::vector<std::uint64_t>> latencies() {
    return rc::gen::nonEmpty(rc::gen::container<std::vector<std::uint64_t>>(rc::gen::map(
        rc::gen::pair(rc::gen::inRange(0, 27), rc::gen::arbitrary<std::uint64_t>()),
        [](const auto& pair) {
            return std::min(pair.second % (std::uint64_t{2} << pair.first), Histogram::value_max);
        })));
}

std::uint64_t exact(std::vector<std::uint64_t> values, double quantile) {
    std::sort(values.begin(), values.end());
    const auto rank = static_cast<std::size_t>(
        std::max(std::ceil(quantile * static_cast<double>(values.size())), 1.0));
    return values[rank - 1];
}

TEST(Histogram, EmptyIsZero) {
    const auto empty = histogram_of({});
    EXPECT_EQ(empty->count(), 0U);
    EXPECT_EQ(empty->at(0.5), 0U);
    EXPECT_EQ(empty->mean(), 0);
}

TEST(Histogram, SmallValuesAreExact) {
    std::vector<std::uint64_t> values(2'048);
    std::iota(values.begin(), values.end(), 0);
    const auto histogram = histogram_of(values);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double quantile = static_cast<double>(i + 1) / static_cast<double>(values.size());
        EXPECT_EQ(histogram->at(quantile), values[i]);
    }
}

TEST(Histogram, EveryPowerOfTwoAndItsNeighbours) {
    for (std::uint64_t power = 1; power <= Histogram::value_max; power *= 2) {
        for (const auto value : {power - 1, power, power + 1}) {
            const auto histogram = histogram_of({value, Histogram::value_max});
            const auto found = histogram->at(0.5);
            EXPECT_GE(found, value);
            EXPECT_LE(found - value, value / 1'000) << value;
        }
    }
}

TEST(Histogram, WhatIsLongerCountsAsTheLongest) {
    const auto histogram = histogram_of({Histogram::value_max * 5, UINT64_MAX});
    EXPECT_EQ(histogram->max(), Histogram::value_max);
    EXPECT_EQ(histogram->at(1), Histogram::value_max);
    EXPECT_EQ(histogram->count(), 2U);
}

TEST(Histogram, NanosecondsAndClocksThatGoBack) {
    const auto histogram = std::make_unique<Histogram>();
    histogram->record_nanoseconds(-5);
    histogram->record_nanoseconds(1'999);
    EXPECT_EQ(histogram->at(0.5), 0U);
    EXPECT_EQ(histogram->at(1), 1U);
}

RC_GTEST_PROP(Histogram, AnyQuantileIsRightToThreeDigits, ()) {
    const auto values = *latencies();
    const auto histogram = histogram_of(values);
    RC_ASSERT(histogram->count() == values.size());
    for (const double quantile : {0.0, 0.01, 0.5, 0.9, 0.99, 0.999, 1.0}) {
        const auto wanted = exact(values, quantile);
        const auto found = histogram->at(quantile);
        RC_ASSERT(found >= wanted);
        RC_ASSERT(found - wanted <= wanted / 1'000);
    }
    RC_ASSERT(histogram->max() == *std::max_element(values.begin(), values.end()));
    const double sum = std::accumulate(values.begin(), values.end(), 0.0);
    RC_ASSERT(std::abs(histogram->mean() - sum / static_cast<double>(values.size())) < 1e-3);
}

RC_GTEST_PROP(Histogram, MergedIsAsIfOneHadSeenAll, ()) {
    auto values = *latencies();
    const auto others = *latencies();
    const auto merged = histogram_of(values);
    merged->add(*histogram_of(others));
    values.insert(values.end(), others.begin(), others.end());
    const auto all = histogram_of(values);
    for (const double quantile : {0.1, 0.5, 0.9, 0.99, 1.0})
        RC_ASSERT(merged->at(quantile) == all->at(quantile));
    RC_ASSERT(merged->mean() == all->mean());
    RC_ASSERT(merged->count() == all->count());
}

}  // namespace
}  // namespace homeroom::load
