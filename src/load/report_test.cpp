#include "load/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace homeroom::load {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
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

TEST(Report, AFewEventsThatWereNotSentAreToldAndMoreAreAFault) {
    Plan plan;
    plan.rate = 50;
    Report report;
    report.due = 1'000;
    report.unsent = 10;
    report.find_faults();
    EXPECT_TRUE(report.good());
    EXPECT_EQ(to_json(plan, report)["unsent"], 10);
    EXPECT_THAT(to_table(plan, report), HasSubstr("due, never sent"));
    report.unsent = 11;
    report.find_faults();
    EXPECT_THAT(report.faults, ElementsAre(StartsWith("11 of 1,000 events were due")));
}

TEST(Report, TheGeneratorIsSaturatedWhenItsCoresAreBusy) {
    Report report;
    report.seconds = 10;
    report.generator_cores = 2;
    report.generator_seconds = 18.9;
    EXPECT_EQ(to_json({}, report)["generator"]["saturated"], false);
    EXPECT_THAT(to_table({}, report), Not(HasSubstr("nearly all of its cores")));
    report.generator_seconds = 19;
    EXPECT_EQ(to_json({}, report)["generator"]["saturated"], true);
    EXPECT_DOUBLE_EQ(to_json({}, report)["generator"]["cpu_share"], 0.95);
    EXPECT_THAT(to_table({}, report), HasSubstr("nearly all of its cores"));
}

}  // namespace
}  // namespace homeroom::load
