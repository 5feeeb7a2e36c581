#include "campus/roster/records.h"

#include <gtest/gtest.h>

namespace homeroom::campus {
namespace {

TEST(Role, ReadsTheTermsOfBothVersionsOfOneRoster) {
    const std::pair<const char*, Role> cases[] = {
        {"student", Role::student},
        {"teacher", Role::teacher},
        {"aide", Role::aide},
        {"administrator", Role::administrator},
        {"siteAdministrator", Role::administrator},
        {"districtAdministrator", Role::administrator},
        {"systemAdministrator", Role::administrator},
        {"principal", Role::administrator},
        {"proctor", Role::proctor},
        {"counselor", Role::counselor},
        {"guardian", Role::guardian},
        {"parent", Role::guardian},
        {"relative", Role::guardian},
    };
    for (const auto& [text, role] : cases) EXPECT_EQ(role_from_text(text), role) << text;
}

TEST(Role, MakesNothingOfATermThatItDoesNotKnow) {
    for (const char* text :
         {"", "none", "ext:teacher", "Teacher", "teacher ", "teachers", "student,teacher"}) {
        EXPECT_EQ(role_from_text(text), Role::none) << text;
    }
}

TEST(Role, IsWrittenInAWordThatReadsBack) {
    for (int number = 1; number <= static_cast<int>(Role::guardian); ++number) {
        const auto role = static_cast<Role>(number);
        EXPECT_EQ(role_from_text(to_string(role)), role) << to_string(role);
    }
    EXPECT_EQ(to_string(Role::none), "none");
}

TEST(Role, SaysWhoIsStaffWhere) {
    struct Case {
        Role role;
        bool of_class;
        bool of_institution;
    };
    const Case cases[] = {
        {Role::none, false, false},        {Role::student, false, false},
        {Role::teacher, true, true},       {Role::aide, true, true},
        {Role::administrator, true, true}, {Role::proctor, false, false},
        {Role::counselor, false, true},    {Role::guardian, false, false},
    };
    for (const auto& [role, of_class, of_institution] : cases) {
        EXPECT_EQ(is_class_staff(role), of_class) << to_string(role);
        EXPECT_EQ(is_institution_staff(role), of_institution) << to_string(role);
    }
}

}  // namespace
}  // namespace homeroom::campus
