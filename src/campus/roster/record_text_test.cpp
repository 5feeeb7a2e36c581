#include "campus/roster/record_text.h"

#include <gtest/gtest.h>

#include "campus/roster/test_roster.h"

namespace homeroom::campus {
namespace {

template <typename Record>
void comes_back(const Record& record) {
    Record read{};
    ASSERT_TRUE(read_record(record_text(record), read)) << record_text(record);
    EXPECT_EQ(read, record) << record_text(record);
}

TEST(RecordText, GivesEachKindBackAsItWas) {
    comes_back(Org{"o", "North \"1\"", "school", "d"});
    comes_back(AcademicSession{"s", "Term", "term", day("2026-08-01"), day("2027-02-01"), "y"});
    comes_back(Course{"k", "Sciënce", "S1", "o"});
    comes_back(Class{"c", "7b", "7-b", "k", "o", {"t1", "t2"}});
    comes_back(User{"u", "name", "Given", "Family", "a@b", false, {"g1", "g2"}, true});
    comes_back(User{"u"});
    comes_back(Affiliation{"a", "u", "o", Role::administrator, true, day("2026-01-01"), {}});
    comes_back(Enrollment{"e", "u", "c", "o", Role::none, false, {}, day("2026-12-31")});
}

TEST(RecordText, TakesNothingElse) {
    for (const char* text :
         {"", "null", "{}", "[]", R"(["o"])", R"(["o","n",7,"d"])", R"(["o","n","t",null])"}) {
        Org org;
        EXPECT_FALSE(read_record(text, org)) << text;
    }
    Enrollment enrollment;
    EXPECT_FALSE(read_record(R"(["e","u","c","","student",false,"2026-13-01",null])", enrollment));
}

TEST(RecordText, HasADigestByWhichTwoDiffer) {
    EXPECT_EQ(text_digest(""), "");
    EXPECT_EQ(text_digest("a").size(), 16U);
    EXPECT_NE(text_digest("a"), text_digest("b"));
}

}  // namespace
}  // namespace homeroom::campus
