// Who may write to whom, in the small school: sam, sue and tim (teacher) share physics; sue and ann
// (aide) chemistry of the same course; tom and pat art in another institution; pia is principal.
#include "campus/contact.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "campus/roster/test_roster.h"

namespace homeroom::campus {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Supervised = SchoolPolicy::Supervised;

class ContactTest : public testing::Test {
protected:
    ContactTest() { directory.load(small_school(), some_monday); }

    // The same both ways, always.
    std::string contact(const char* one, const char* other) const {
        const auto there = contact_between(policy, directory, one, other);
        EXPECT_EQ(there, contact_between(policy, directory, other, one)) << one << " " << other;
        switch (there) {
            case Contact::allowed: return "allowed";
            case Contact::refused: return "refused";
            case Contact::stranger: return "stranger";
        }
        return "";
    }

    Directory directory;
    MessagePolicy policy{};
};

TEST_F(ContactTest, LetsThoseWriteWhoShareAClassOrCourse) {
    EXPECT_EQ(contact("sam", "sue"), "allowed");
    EXPECT_EQ(contact("sam", "tim"), "allowed");
    EXPECT_EQ(contact("sam", "ann"), "allowed");  // by the course
    EXPECT_EQ(contact("tim", "ann"), "allowed");
    EXPECT_EQ(contact("sam", "pia"), "stranger");  // no more than the institution
    EXPECT_EQ(contact("sam", "pat"), "stranger");
    EXPECT_EQ(contact("sam", "dan"), "stranger");  // disabled
    EXPECT_EQ(contact("sam", "nobody"), "stranger");
}

TEST_F(ContactTest, FollowsThePolicy) {
    policy.peers = false;
    EXPECT_EQ(contact("sam", "sue"), "refused");
    EXPECT_EQ(contact("sam", "tim"), "allowed");
    policy.staff = false;
    EXPECT_EQ(contact("sam", "tim"), "refused");
    EXPECT_EQ(contact("tim", "ann"), "refused");
    EXPECT_EQ(contact("sam", "pia"), "stranger");
    policy.institution = true;
    EXPECT_EQ(contact("sam", "sue"), "allowed");
    EXPECT_EQ(contact("sam", "pia"), "allowed");
    EXPECT_EQ(contact("sam", "pat"), "stranger");
}

TEST_F(ContactTest, FollowsTheRoster) {
    directory.apply(Edit{}.remove_enrollment("sam|physics"));
    EXPECT_EQ(contact("sam", "sue"), "stranger");
    directory.apply(Edit{}.put(enrolled("sam", "art")));
    EXPECT_EQ(contact("sam", "pat"), "allowed");
}

// Whoever leads a study group is no more than a peer in it; and where its members are not shown to
// each other they do not know of each other.
TEST_F(ContactTest, OfAGroupIsThatOfPeers) {
    StudyGroup group{.id = "7", .home = "global"};
    const std::vector<GroupMember> members{{.user = "pat", .role = GroupRole::owner},
                                           {.user = "sam"}};
    EXPECT_EQ(contact("sam", "pat"), "stranger");
    directory.groups().apply({group, members});
    EXPECT_EQ(contact("sam", "pat"), "allowed");
    policy.peers = false;
    EXPECT_EQ(contact("sam", "pat"), "refused");
    policy.supervised = Supervised::students;
    EXPECT_THAT(supervising_rooms(policy, directory, {"sam", "pat"}), IsEmpty());
    EXPECT_FALSE(is_supervised_enough(policy, directory, {"sam", "pat"}));
    policy.peers = true;
    group.listed = false;
    directory.groups().apply({group, members});
    EXPECT_EQ(contact("sam", "pat"), "stranger");
}

// A guardian follows a student; he belongs to no institution, whatever the policy.
TEST_F(ContactTest, IsNeverThatOfAGuardian) {
    policy.institution = true;
    User sam = user("sam");
    sam.agents = {"gina"};
    directory.apply(
        Edit{}.put(sam).put(user("gina")).put(affiliated("gina", "north", Role::guardian)));
    directory.let_guardians_see({.grades = true, .announcements = true});
    for (const char* other : {"sam", "sue", "tim", "pia"})
        EXPECT_EQ(contact("gina", other), "stranger") << other;
}

// To be of one district is not to be of one school.
TEST_F(ContactTest, IsNotMadeByWhatSchoolsAreAPartOf) {
    policy.institution = true;
    directory.apply(Edit{}
                        .put(school("district"))
                        .put(school("north", "district"))
                        .put(school("south", "district")));
    EXPECT_EQ(contact("sam", "pat"), "stranger");
    EXPECT_EQ(contact("sam", "pia"), "allowed");
}

TEST_F(ContactTest, OfAllIsThatOfEachWithEach) {
    EXPECT_TRUE(may_all_write(policy, directory, {"sam", "sue", "tim", "ann"}));
    EXPECT_FALSE(may_all_write(policy, directory, {"sam", "sue", "pat"}));
    EXPECT_TRUE(may_all_write(policy, directory, {"sam", "sue", "dan"}));  // dan is not there
    policy.peers = false;
    EXPECT_FALSE(may_all_write(policy, directory, {"sam", "sue", "tim"}));
    EXPECT_TRUE(may_all_write(policy, directory, {"sam", "tim"}));
}

TEST_F(ContactTest, IsSupervisedByTheStaffOfWhatStudentsShare) {
    EXPECT_THAT(supervising_rooms(policy, directory, {"sam", "sue"}), IsEmpty());
    policy.supervised = Supervised::students;
    EXPECT_THAT(supervising_rooms(policy, directory, {"sam", "sue"}),
                ElementsAre("class-physics", "course-science"));
    EXPECT_THAT(supervising_rooms(policy, directory, {"sam", "tim"}), IsEmpty());
    EXPECT_THAT(supervising_rooms(policy, directory, {"sam", "sue", "tim"}), IsEmpty());
    EXPECT_THAT(supervising_rooms(policy, directory, {"sam", "pat"}), IsEmpty());
    EXPECT_THAT(supervising_rooms(policy, directory, {"sam", "dan"}), IsEmpty());  // sam is alone
    EXPECT_TRUE(is_supervised_enough(policy, directory, {"sam", "sue"}));
    EXPECT_TRUE(is_supervised_enough(policy, directory, {"sam", "pia"}));
    EXPECT_FALSE(is_supervised_enough(policy, directory, {"sam", "pat"}));
}

}  // namespace
}  // namespace homeroom::campus
