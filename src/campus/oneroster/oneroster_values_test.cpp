#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "campus/oneroster/diagnostics.h"
#include "campus/oneroster/values.h"

namespace homeroom::campus::oneroster {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(OneRosterValues, Guids) {
    for (const std::string_view id : {"a", "0", "Class/12.3-b_c@x", "usr-222-123456"})
        EXPECT_TRUE(is_guid(id)) << id;
    EXPECT_TRUE(is_guid(std::string(255, 'x')));
    EXPECT_FALSE(is_guid(std::string(256, 'x')));
    for (const std::string_view id :
         {"", "a b", " a", "a,b", "a|b", "{1}", "ä", "a\n", "a:b", "../a\\b"}) {
        EXPECT_FALSE(is_guid(id)) << id;
    }
}

TEST(OneRosterValues, Booleans) {
    EXPECT_EQ(parse_boolean("true"), true);
    EXPECT_EQ(parse_boolean("false"), false);
    for (const std::string_view text : {"TRUE", "1", "", " true", "yes"})
        EXPECT_FALSE(parse_boolean(text)) << text;
    for (const std::string_view text : {"TRUE", "True", "1", "Yes", "y"})
        EXPECT_EQ(guess_boolean(text), true) << text;
    for (const std::string_view text : {"FALSE", "False", "0", "No", "n"})
        EXPECT_EQ(guess_boolean(text), false) << text;
    EXPECT_FALSE(guess_boolean("maybe"));
}

TEST(OneRosterValues, DateTimes) {
    EXPECT_EQ(parse_date_time("1970-01-02T00:00:01.500Z"), 86'401'500);
    EXPECT_EQ(parse_date_time("1970-01-01T00:00:01Z"), 1'000);
    for (const std::string_view text :
         {"", "1970-01-01", "1970-01-01T00:00:01", "1970-01-01 00:00:01Z", "1970-02-30T00:00:00Z",
          "1970-01-01T24:00:00Z", "1970-01-01T00:60:00Z", "1970-01-01T00:00:00.Z",
          "1970-01-01T00:00:00Zx", "1970-01-01T00:00:00+01:00"}) {
        EXPECT_FALSE(parse_date_time(text)) << text;
    }
    EXPECT_EQ(guess_date_time("1970-01-02"), 86'400'000);
    EXPECT_EQ(guess_date_time("1970-01-01 00:00:01"), 1'000);
    EXPECT_EQ(guess_date_time("1970-01-01T02:00:00+02:00"), 0);
    EXPECT_EQ(guess_date_time("1970-01-01T02:00:00-0130"), 12'600'000);
    EXPECT_EQ(guess_date_time("1/2/1970"), 86'400'000);
    for (const std::string_view text :
         {"x", "1970-01-01T", "1970-01-01T00:00:00+xx", "1970-01-01 nonsense"}) {
        EXPECT_FALSE(guess_date_time(text)) << text;
    }
}

TEST(OneRosterValues, Dates) {
    const auto guessed = [](std::string_view text) {
        const auto date = guess_date(text);
        return date ? homeroom::to_string(*date) : std::string{};
    };
    EXPECT_EQ(guessed("2017-04-05"), "2017-04-05");
    EXPECT_EQ(guessed("2017-05-06 08:01:05"), "2017-05-06");
    EXPECT_EQ(guessed("2017/4/5"), "2017-04-05");
    EXPECT_EQ(guessed("20170405"), "2017-04-05");
    EXPECT_EQ(guessed("1/05/2023"), "2023-01-05");
    EXPECT_EQ(guessed("25/12/2023"), "2023-12-25");
    for (const std::string_view text : {"", "2017", "2017-13-01", "2017-02-29", "99/99/2023",
                                        "1-05-2023", "5/6/23", "2017-04-05x", "-1/1/2020"}) {
        EXPECT_EQ(guessed(text), "") << text;
    }
}

TEST(OneRosterValues, Lists) {
    EXPECT_THAT(split_list("a,b , c"), ElementsAre("a", "b", "c"));
    EXPECT_THAT(split_list(",a,,"), ElementsAre("a"));
    EXPECT_THAT(split_list(""), IsEmpty());
}

TEST(OneRosterValues, CutsBetweenCharacters) {
    EXPECT_EQ(cut("aöb", 2), "a");
    EXPECT_EQ(cut("aöb", 3), "aö");
    EXPECT_EQ(cut("ab", 5), "ab");
    EXPECT_EQ(cut("€", 2), "");
}

TEST(OneRosterValues, AreShownWithoutHarm) {
    EXPECT_EQ(shown("Zoë"), "\"Zoë\"");
    EXPECT_EQ(shown("a\x1b[31mred\r\nb"), "\"a\\u{1b}[31mred\\u{d}\\nb\"");
    EXPECT_EQ(shown("\xE2\x80\xAEtxt"), "\"\\u{202e}txt\"") << "it would turn the line around";
    EXPECT_EQ(shown("\xFF\xC3"), "\"\\xff\\xc3\"");
    EXPECT_EQ(shown(std::string(100, 'x')), "\"" + std::string(40, 'x') + "…\"");
    EXPECT_EQ(shown(std::string_view("a\0b", 3)), "\"a\\u{0}b\"");
}

TEST(OneRosterDiagnostics, AreCountedBeyondTheLimit) {
    Diagnostics diagnostics{Profile::tolerant};
    for (int i = 0; i < 1'500; ++i) diagnostics.warning({}, "x.y", "z");
    diagnostics.error({}, "x.error", "lost among the others");
    const auto list = diagnostics.take();
    ASSERT_EQ(list.size(), 1'001U);
    EXPECT_EQ(list.back().code, "diagnostics.more");
    EXPECT_EQ(list.back().message, "501 more, 1 of them errors");
    EXPECT_EQ(list.back().severity, Severity::error) << "an error counts wherever it stands";
}

}  // namespace
}  // namespace homeroom::campus::oneroster
