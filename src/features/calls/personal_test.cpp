// What is kept of people in calls, and how it goes.
#include <gmock/gmock.h>

#include "campus/erasure.h"
#include "features/calls/test_calls.h"

namespace homeroom::features::calls {
namespace {

using testing::HasSubstr;
using testing::Not;

class CallsPersonalTest : public testing::Test {
protected:
    CallsPersonalTest() {
        school.run([](store::Transaction& transaction) -> Status {
            for (const auto& migration : campus::personal_data_migrations())
                TRY_OK(transaction.db().execute(migration.sql));
            return Ok{};
        });
        id = school.start_with("sam", 1, "sue");
        school.must_by("sue", 2, "call:accept", {{"call", id}});
        school.must_by("sue", 2, "call:leave", {{"call", id}});
    }
    Json exported(const std::string& user, std::string_view of = "calls") {
        Json entries;
        school.run([&](store::Transaction& transaction) -> Status {
            for (const auto& list : personal_data().lists) {
                if (list.name != of) continue;
                TRY(auto page, campus::read_personal_list(transaction.db(), list, user, ""));
                entries = std::move(page.entries);
            }
            return Ok{};
        });
        return entries;
    }
    void erase(const std::string& user) {
        school.run([&](store::Transaction& transaction) -> Status {
            for (const auto& rule : personal_data().erasing) {
                campus::EraseCall call{transaction, school.directory, user};
                bool more = true;
                while (more) {
                    TRY(more, rule.step(call));
                }
            }
            return Ok{};
        });
    }
    void expire(const std::string& before) {
        school.run([&](store::Transaction& transaction) -> Status {
            for (const auto& rule : personal_data().expiring) {
                campus::ExpireCall call{transaction, school.directory, before};
                bool more = true;
                while (more) {
                    TRY(more, rule.step(call));
                }
            }
            return Ok{};
        });
    }

    CallsUnderTest school{};
    std::string id{};
};

TEST_F(CallsPersonalTest, IsGivenToWhomItConcerns) {
    const Json mine = exported("sam");
    ASSERT_EQ(mine.size(), 1U);
    EXPECT_EQ(mine[0].at("id"), id);
    EXPECT_EQ(mine[0].at("begunByYou"), true);
    EXPECT_EQ(mine[0].at("outcome"), "completed");
    EXPECT_EQ(exported("sue")[0].at("yourState"), "left");
    EXPECT_EQ(exported("sue")[0].at("begunByYou"), false);
    EXPECT_TRUE(exported("tim").empty());
}

TEST_F(CallsPersonalTest, SaysWhenHeWasInWhich) {
    const Json mine = exported("sue", "calls.attendance");
    ASSERT_EQ(mine.size(), 1U);
    EXPECT_EQ(mine[0].at("call"), id);
    EXPECT_EQ(mine[0].at("how"), "ended");
    EXPECT_TRUE(exported("tim", "calls.attendance").empty());
}

TEST_F(CallsPersonalTest, BecomesNobodysInTheHistoryOfTheOther) {
    erase("sam");
    EXPECT_EQ(school.count("SELECT count(*) FROM call_attendance WHERE user = 'sam'"), 0);
    EXPECT_EQ(school.count("SELECT count(*) FROM call_attendance"), 1);
    EXPECT_TRUE(exported("sam").empty());
    const Json list = school.must("sue", "call:list", Json::object()).at("calls");
    ASSERT_EQ(list.size(), 1U);
    EXPECT_EQ(list[0].at("host").at("name"), campus::erased_name);
    EXPECT_THAT(list.dump(), Not(HasSubstr("sam")));
    EXPECT_EQ(school.count("SELECT count(*) FROM calls WHERE instr(state, 'sam') > 0"), 0);
}

TEST_F(CallsPersonalTest, GoesWithItsAge) {
    expire("2000-01-01T00:00:00.000Z");
    EXPECT_EQ(exported("sue").size(), 1U);
    const auto going_on = school.start_with("sam", 1, "sue");
    expire("9999-01-01T00:00:00.000Z");
    EXPECT_EQ(school.count("SELECT count(*) FROM calls"), 1) << "one that goes on stays";
    EXPECT_EQ(school.stored(going_on).state, CallState::ringing);
    EXPECT_EQ(school.count("SELECT count(*) FROM call_people"), 2);
    EXPECT_EQ(school.count("SELECT count(*) FROM call_attendance"), 1);
}

}  // namespace
}  // namespace homeroom::features::calls
