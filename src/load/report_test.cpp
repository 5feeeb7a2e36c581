#include "load/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace homeroom::load {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

TEST(Report, IsGoodWhenNothingWentWrong) {
    Report report;
    report.find_faults();
    EXPECT_TRUE(report.good());
    EXPECT_EQ(to_json({}, report)["good"], true);
}

TEST(Report, AnAnswerThatNeverCameIsAFault) {
    Report report;
    report.unanswered = 1'234;
    report.find_faults();
    EXPECT_THAT(report.faults, ElementsAre(StartsWith("1,234 unanswered")));
    EXPECT_EQ(to_json({}, report)["unanswered"], 1'234);
    EXPECT_THAT(to_table({}, report), HasSubstr("FAILED: 1,234 unanswered"));
}

}  // namespace
}  // namespace homeroom::load
