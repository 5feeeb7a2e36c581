#include "codec/iso_date.h"

#include <chrono>
#include <cstdint>
#include <gtest/gtest.h>
#include <limits>
#include <rapidcheck/gtest.h>
#include <string>

#include "base/clock.h"

namespace homeroom::codec {
namespace {

// The expected texts are Node's.
TEST(IsoDate, IsWhatJavaScriptWrites) {
    EXPECT_EQ(iso_date(0), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(iso_date(-1), "1969-12-31T23:59:59.999Z");
    EXPECT_EQ(iso_date(1700000000123), "2023-11-14T22:13:20.123Z");
    EXPECT_EQ(iso_date(951782399999), "2000-02-28T23:59:59.999Z");
    EXPECT_EQ(iso_date(951782400000), "2000-02-29T00:00:00.000Z");
    EXPECT_EQ(iso_date(4107542399999), "2100-02-28T23:59:59.999Z");
    EXPECT_EQ(iso_date(253402300799999), "9999-12-31T23:59:59.999Z");
    EXPECT_EQ(iso_date(253402300800000), "+010000-01-01T00:00:00.000Z");
    EXPECT_EQ(iso_date(-62167219200000), "0000-01-01T00:00:00.000Z");
    EXPECT_EQ(iso_date(-62167219200001), "-000001-12-31T23:59:59.999Z");
    EXPECT_EQ(iso_date(-62135596800000), "0001-01-01T00:00:00.000Z");
    EXPECT_EQ(iso_date(8640000000000000), "+275760-09-13T00:00:00.000Z");
    EXPECT_EQ(iso_date(8640000000000001), std::nullopt);
    EXPECT_EQ(iso_date(-8640000000000000), "-271821-04-20T00:00:00.000Z");
    EXPECT_EQ(iso_date(-8640000000000001), std::nullopt);
    EXPECT_EQ(iso_date(-2203891200000), "1900-03-01T00:00:00.000Z");
    EXPECT_EQ(iso_date(68256000000), "1972-03-01T00:00:00.000Z");
    EXPECT_EQ(iso_date(1000000000000000), "+033658-09-27T01:46:40.000Z");
    EXPECT_EQ(iso_date(std::numeric_limits<std::int64_t>::max()), std::nullopt);
    EXPECT_EQ(iso_date(std::numeric_limits<std::int64_t>::min()), std::nullopt);
}

RC_GTEST_PROP(IsoDate, AgreesWithTheStandardLibrary, ()) {
    constexpr std::int64_t begin = -62'167'219'200'000;  // of the year 0
    constexpr std::int64_t end = 253'402'300'800'000;    // of the year 9999
    const auto milliseconds = *rc::gen::inRange(begin, end);
    const WallTime time{std::chrono::milliseconds{milliseconds}};
    RC_ASSERT(iso_date(milliseconds) == to_rfc3339(time));
}

}  // namespace
}  // namespace homeroom::codec
