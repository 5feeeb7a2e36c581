#include "api/attendance_csv.h"

#include <gtest/gtest.h>

#include "codec/csv.h"

namespace homeroom::api {
namespace {

using campus::Json;

Json page(const char* title, const char* name) {
    return {{"session", {{"id", "s1"}, {"title", title}}},
            {"attendance",
             {{{"user", {{"id", "sam"}, {"name", name}}},
               {"intervals",
                {{{"joinedAt", "2026-11-23T12:00:00.000Z"},
                  {"leftAt", "2026-11-23T12:10:00.000Z"},
                  {"how", "left"}},
                 {{"joinedAt", "2026-11-23T12:20:00.000Z"},
                  {"leftAt", nullptr},
                  {"how", nullptr}}}}}}}};
}

std::string rows_of(const Json& one) {
    return attendance_csv_rows(attended_session(one), one);
}

std::vector<std::vector<std::string>> read(const std::string& text) {
    codec::csv::Reader reader(text);
    std::vector<std::vector<std::string>> rows;
    while (reader.next()) {
        auto& row = rows.emplace_back();
        for (const auto field : reader.fields()) row.emplace_back(field);
    }
    EXPECT_FALSE(reader.problem());
    return rows;
}

TEST(AttendanceCsv, IsARowForEachInterval) {
    const auto rows =
        read(attendance_csv_head("session", "title") + rows_of(page("Fractions", "Sam")));
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[1],
              (std::vector<std::string>{"s1", "Fractions", "sam", "Sam", "2026-11-23T12:00:00.000Z",
                                        "2026-11-23T12:10:00.000Z", "left"}));
    EXPECT_EQ(rows[2][5], "");
    EXPECT_EQ(rows[2].size(), rows[0].size());
}

TEST(AttendanceCsv, WhatPeopleCallThemselvesIsATextAndNothingElse) {
    const auto rows = read(rows_of(page("a \"b\", c\r\nd", "=cmd|'/C calc'!A0")));
    EXPECT_EQ(rows[0][1], "a \"b\", c\r\nd");
    EXPECT_EQ(rows[0][3], "'=cmd|'/C calc'!A0");
    for (const char* name : {"+1", "-1", "@x", "\tx", "\rx"})
        EXPECT_EQ(read(rows_of(page("x", name)))[0][3], std::string{"'"} + name);
    EXPECT_EQ(read(rows_of(page("x", "")))[0][3], "");
}

TEST(AttendanceCsv, OfACallSaysInWhichRoomItWas) {
    Json one = page("x", "Sam");
    one["call"] = Json{{"id", "c1"}, {"room", "class-math"}};
    EXPECT_EQ(attended_call(one).title, "class-math");
    one["call"]["room"] = nullptr;
    const auto rows =
        read(attendance_csv_head("call", "room") + attendance_csv_rows(attended_call(one), one));
    EXPECT_EQ(rows[0][0], "call");
    EXPECT_EQ(rows[1][0], "c1");
    EXPECT_EQ(rows[1][1], "");
}

}  // namespace
}  // namespace homeroom::api
