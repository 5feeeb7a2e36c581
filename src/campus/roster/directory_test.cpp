#include "campus/roster/directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "campus/roster/test_roster.h"

namespace homeroom::campus {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

class ADirectory : public testing::Test {
protected:
    ADirectory() { directory.load(small_school(), some_monday); }

    template <typename Record>
    void put(Record one) {
        directory.apply(Edit{}.put(std::move(one)));
    }

    Directory directory;
};

TEST_F(ADirectory, GivesAStudentTheRoomsOfHisClassesCoursesAndSchools) {
    const RoomSet rooms = directory.rooms_of("sue");
    EXPECT_EQ(rooms.personal, "user-sue");
    EXPECT_THAT(rooms.classes, ElementsAre("class-chemistry", "class-physics"));
    EXPECT_THAT(rooms.courses, ElementsAre("course-science"));
    EXPECT_THAT(rooms.institutions, ElementsAre("institution-north"));
    EXPECT_EQ(rooms.institution, "institution-north");
    EXPECT_THAT(rooms.staff, IsEmpty());
    EXPECT_THAT(rooms.groups, IsEmpty());
    EXPECT_TRUE(rooms.global);
    EXPECT_THAT(rooms.all(), ElementsAre("user-sue", "class-chemistry", "class-physics",
                                         "course-science", "institution-north", "global"));
}

TEST_F(ADirectory, GivesATeacherTheStaffRoomsOfHisClassAndCourseButNotOfTheSchool) {
    EXPECT_THAT(directory.rooms_of("tim").staff,
                ElementsAre("class-physics/staff", "course-science/staff"));
    EXPECT_TRUE(directory.is_staff("tim", "class-physics"));
    EXPECT_TRUE(directory.is_staff("tim", "class-physics/staff"));
    EXPECT_TRUE(directory.is_member("tim", "class-physics/staff"));
    EXPECT_TRUE(directory.is_member("tim", "institution-north"));
    EXPECT_FALSE(directory.is_staff("tim", "institution-north"));
    EXPECT_FALSE(directory.is_member("tim", "class-chemistry"));
    EXPECT_FALSE(directory.is_staff("sue", "class-physics"));
    EXPECT_FALSE(directory.is_member("sue", "class-physics/staff"));
}

TEST_F(ADirectory, KnowsWhoHasOptedOut) {
    EXPECT_FALSE(directory.is_hidden("sue"));
    EXPECT_TRUE(directory.is_hidden("nobody"));
    User sue = user("sue");
    sue.hidden = true;
    EXPECT_THAT(directory.affected_users(Edit{}.put(sue)), ElementsAre("sue"));
    directory.apply(Edit{}.put(sue));
    EXPECT_TRUE(directory.is_hidden("sue"));
    EXPECT_EQ(directory.user("sue"), sue);
}

TEST_F(ADirectory, LetsAPrincipalIntoTheSchoolButNotIntoItsClasses) {
    EXPECT_TRUE(directory.is_staff("pia", "institution-north"));
    EXPECT_THAT(directory.rooms_of("pia").classes, IsEmpty());
    EXPECT_FALSE(directory.is_member("pia", "institution-south"));
}

TEST_F(ADirectory, ListsTheMembersOfARoom) {
    EXPECT_THAT(directory.members_of("class-physics"), ElementsAre("sam", "sue", "tim"));
    EXPECT_THAT(directory.members_of("class-physics/staff"), ElementsAre("tim"));
    EXPECT_THAT(directory.members_of("course-science"), ElementsAre("ann", "sam", "sue", "tim"));
    EXPECT_THAT(directory.members_of("course-science/staff"), ElementsAre("ann", "tim"));
    EXPECT_THAT(directory.members_of("institution-north"),
                ElementsAre("ann", "pia", "sam", "sue", "tim"));
    EXPECT_THAT(directory.members_of("institution-north/staff"), ElementsAre("pia"));
    EXPECT_THAT(directory.members_of("user-sam"), ElementsAre("sam"));
    EXPECT_THAT(directory.members_of("global"),
                ElementsAre("ann", "pat", "pia", "sam", "sue", "tim", "tom"));
    for (const char* nothing_there :
         {"user-dan", "user-nobody", "class-nowhere", "group-7", "", "physics"}) {
        EXPECT_THAT(directory.members_of(nothing_there), IsEmpty()) << nothing_there;
    }
}

TEST_F(ADirectory, KeepsADisabledUserButGivesHimNothing) {
    ASSERT_TRUE(directory.person("dan"));
    EXPECT_FALSE(directory.person("dan")->enabled);
    EXPECT_EQ(directory.rooms_of("dan"), RoomSet{});
    EXPECT_THAT(directory.rooms_of("dan").all(), IsEmpty());
    for (const char* room : {"class-physics", "global", "user-dan", "institution-north"}) {
        EXPECT_FALSE(directory.is_member("dan", room)) << room;
    }
    put(user("dan"));
    EXPECT_TRUE(directory.is_member("dan", "class-physics"));
}

TEST_F(ADirectory, KnowsNothingOfStrangers) {
    EXPECT_FALSE(directory.person("nobody"));
    EXPECT_FALSE(directory.user("nobody"));
    EXPECT_EQ(directory.rooms_of("nobody"), RoomSet{});
    EXPECT_FALSE(directory.is_member("nobody", "global"));
    EXPECT_FALSE(directory.is_member("nobody", "user-nobody"));
}

TEST_F(ADirectory, KeepsPeopleOutOfTheRoomsOfOthers) {
    EXPECT_TRUE(directory.is_member("sam", "user-sam"));
    EXPECT_FALSE(directory.is_member("sam", "user-sue"));
    EXPECT_FALSE(directory.is_staff("sam", "user-sam"));
    EXPECT_FALSE(directory.is_staff("pia", "global"));
    for (const char* room :
         {"class-nowhere", "course-nowhere", "institution-nowhere", "group-7", "", "class-",
          "global/staff", "user-sam/staff", "class-physics/staff/staff", "CLASS-physics"}) {
        EXPECT_FALSE(directory.is_member("sam", room)) << room;
        EXPECT_FALSE(directory.is_staff("sam", room)) << room;
    }
}

TEST_F(ADirectory, NamesPeopleByWhatItHas) {
    put(User{.id = "a", .username = "u", .given_name = "Ada", .family_name = "Byron"});
    put(User{.id = "b", .given_name = "Ada"});
    put(User{.id = "c", .family_name = "Byron"});
    put(User{.id = "d", .username = "login"});
    put(User{.id = "e"});
    EXPECT_EQ(directory.person("a")->name, "Ada Byron");
    EXPECT_EQ(directory.person("b")->name, "Ada");
    EXPECT_EQ(directory.person("c")->name, "Byron");
    EXPECT_EQ(directory.person("d")->name, "login");
    EXPECT_EQ(directory.person("e")->name, "e");
}

TEST_F(ADirectory, ListsEachRoleOnce) {
    put(affiliated("sue", "north", Role::student));
    put(affiliated("sue", "south", Role::guardian));
    put(Enrollment{.id = "x", .user = "sue", .class_id = "art", .role = Role::none});
    EXPECT_THAT(directory.person("sue")->roles, ElementsAre("guardian", "student"));
}

TEST_F(ADirectory, CountsARecordFromItsFirstDayUntilTheDayBeforeItsEnd) {
    put(Enrollment{.id = "sam|art",
                   .user = "sam",
                   .class_id = "art",
                   .role = Role::student,
                   .begin = day("2026-11-24"),
                   .end = day("2026-11-26")});
    const std::pair<const char*, bool> days[] = {
        {"2026-11-23", false}, {"2026-11-24", true}, {"2026-11-25", true}, {"2026-11-26", false}};
    for (const auto& [date, expected] : days) {
        const bool changes = directory.is_member("sam", "class-art") != expected;
        EXPECT_EQ(directory.affected_by_today(day(date)),
                  changes ? std::vector<std::string>{"sam"} : std::vector<std::string>{})
            << date;
        directory.set_today(day(date));
        EXPECT_EQ(directory.today(), day(date));
        EXPECT_EQ(directory.is_member("sam", "class-art"), expected) << date;
        EXPECT_EQ(directory.is_member("sam", "institution-south"), expected) << date;
    }
}

TEST_F(ADirectory, NeverCountsARecordThatEndsOnTheDayItBegins) {
    put(Enrollment{.id = "x",
                   .user = "sam",
                   .class_id = "art",
                   .role = Role::student,
                   .begin = some_monday,
                   .end = some_monday});
    EXPECT_FALSE(directory.is_member("sam", "class-art"));
}

TEST_F(ADirectory, KeepsAMembershipAsLongAsOneOfItsRecordsHolds) {
    put(Enrollment{.id = "again", .user = "sam", .class_id = "physics", .role = Role::aide});
    EXPECT_THAT(directory.rooms_of("sam").classes, ElementsAre("class-physics"));
    EXPECT_TRUE(directory.is_staff("sam", "class-physics"));
    directory.apply(Edit{}.remove_enrollment("again"));
    EXPECT_TRUE(directory.is_member("sam", "class-physics"));
    EXPECT_FALSE(directory.is_staff("sam", "class-physics"));
    directory.apply(Edit{}.remove_enrollment("sam|physics"));
    EXPECT_FALSE(directory.is_member("sam", "class-physics"));
    EXPECT_THAT(directory.members_of("class-physics"), Not(Contains("sam")));
}

TEST_F(ADirectory, GivesRolesThatItDoesNotKnowNoRights) {
    put(Enrollment{.id = "x", .user = "sam", .class_id = "art", .role = Role::none});
    put(Enrollment{.id = "y", .user = "sue", .class_id = "art", .role = Role::guardian});
    put(affiliated("sam", "south", Role::none));
    EXPECT_FALSE(directory.is_member("sam", "class-art"));
    EXPECT_FALSE(directory.is_member("sue", "class-art"));
    EXPECT_FALSE(directory.is_member("sam", "institution-south"));
}

TEST_F(ADirectory, TakesTheSchoolFromTheEnrollmentWhereTheClassHasNone) {
    put(class_in("yoga"));
    put(Enrollment{
        .id = "x", .user = "sam", .class_id = "yoga", .school = "south", .role = Role::student});
    EXPECT_TRUE(directory.is_member("sam", "institution-south"));
    EXPECT_THAT(directory.members_of("institution-south"), ElementsAre("pat", "sam", "tom"));
}

TEST_F(ADirectory, TellsWhomANewOrOldSchoolOfEnrollmentsConcerns) {
    put(class_in("yoga"));
    put(Enrollment{
        .id = "x", .user = "sam", .class_id = "yoga", .school = "west", .role = Role::student});
    const Directory::Changes founded = Edit{}.put(school("west"));
    EXPECT_THAT(directory.affected_users(founded), Contains("sam"));
    directory.apply(founded);
    EXPECT_TRUE(directory.is_member("sam", "institution-west"));
    EXPECT_THAT(directory.affected_users(Edit{}.remove_org("west")), Contains("sam"));
}

TEST_F(ADirectory, NamesThePrimaryInstitutionWhereThereIsOne) {
    EXPECT_EQ(directory.rooms_of("sam").institution, "institution-north");
    auto primary = affiliated("sam", "south");
    primary.primary = true;
    put(primary);
    EXPECT_EQ(directory.rooms_of("sam").institution, "institution-south");
    EXPECT_THAT(directory.rooms_of("sam").institutions,
                ElementsAre("institution-north", "institution-south"));
}

// The same school gives the same rooms, in whatever order it was told.
TEST_F(ADirectory, ChoosesAmongSeveralPrimaryInstitutionsWithoutRegardToTheirOrder) {
    auto one = affiliated("pat", "north");
    auto other = affiliated("pat", "south");
    one.primary = other.primary = true;
    put(one);
    put(other);
    const auto first = directory.rooms_of("pat").institution;
    put(one);
    EXPECT_EQ(directory.rooms_of("pat").institution, first);
}

TEST_F(ADirectory, EndsTheMembershipsOfARemovedClass) {
    const auto changes = with_dependents(Edit{}.remove_class("physics"), directory);
    EXPECT_THAT(changes.removed_enrollments,
                UnorderedElementsAre("sam|physics", "sue|physics", "dan|physics", "tim|physics"));
    EXPECT_THAT(directory.affected_users(changes),
                UnorderedElementsAre("sam", "sue", "dan", "tim"));
    directory.apply(changes);
    EXPECT_THAT(directory.rooms_of("sam").all(), ElementsAre("user-sam", "global"));
    EXPECT_FALSE(directory.class_("physics"));
    EXPECT_EQ(directory.title_of("class-physics"), "");
    // The same id later is another class: nobody is in it by old records.
    put(class_in("physics", "science", "north"));
    EXPECT_THAT(directory.members_of("class-physics"), IsEmpty());
}

TEST_F(ADirectory, EndsEverythingOfARemovedUser) {
    const auto changes = with_dependents(Edit{}.remove_user("pia").remove_user("sam"), directory);
    EXPECT_THAT(changes.removed_affiliations, ElementsAre("pia|north"));
    EXPECT_THAT(changes.removed_enrollments, ElementsAre("sam|physics"));
    directory.apply(changes);
    EXPECT_FALSE(directory.person("sam"));
    put(user("sam"));
    EXPECT_THAT(directory.rooms_of("sam").all(), ElementsAre("user-sam", "global"));
    EXPECT_THAT(directory.person("sam")->roles, IsEmpty());
}

TEST_F(ADirectory, EndsTheAffiliationsOfARemovedOrgAndLeavesItsClasses) {
    const auto changes = with_dependents(Edit{}.remove_org("north"), directory);
    EXPECT_THAT(changes.removed_affiliations, ElementsAre("pia|north"));
    EXPECT_THAT(changes.removed_enrollments, IsEmpty());
    directory.apply(changes);
    EXPECT_THAT(directory.rooms_of("sam").all(),
                ElementsAre("user-sam", "class-physics", "course-science", "global"));
}

TEST_F(ADirectory, KeepsAnEnrollmentThatMovesAwayFromARemovedUserOrClassInTheSameStep) {
    auto moved = enrolled("sam", "physics");
    moved.class_id = "art";
    auto given = affiliated("pia", "north", Role::administrator);
    given.user = "ann";
    const auto changes = with_dependents(
        Edit{}.put(given).put(moved).remove_class("physics").remove_user("pia"), directory);
    EXPECT_THAT(changes.removed_enrollments, Not(Contains("sam|physics")));
    EXPECT_THAT(changes.removed_affiliations, IsEmpty());
    directory.apply(changes);
    EXPECT_TRUE(directory.is_member("sam", "class-art"));
    EXPECT_TRUE(directory.is_staff("ann", "institution-north"));
}

TEST_F(ADirectory, MovesItsMembersWithAClass) {
    const Directory::Changes moved = Edit{}.put(class_in("physics", "", "south"));
    EXPECT_THAT(directory.affected_users(moved), UnorderedElementsAre("sam", "sue", "tim", "dan"));
    directory.apply(moved);
    EXPECT_THAT(directory.rooms_of("sam").all(),
                ElementsAre("user-sam", "class-physics", "institution-south", "global"));
    EXPECT_THAT(directory.members_of("course-science"), ElementsAre("ann", "sue"));
}

TEST_F(ADirectory, DoesNotTroubleAnybodyWithANewTitle) {
    auto renamed = class_in("physics", "science", "north");
    renamed.title = "Physics for the curious";
    const Directory::Changes changes = Edit{}.put(renamed);
    EXPECT_THAT(directory.affected_users(changes), IsEmpty());
    directory.apply(changes);
    EXPECT_EQ(directory.title_of("class-physics"), "Physics for the curious");
    EXPECT_EQ(directory.title_of("class-physics/staff"), "Physics for the curious");
    EXPECT_EQ(directory.title_of("course-science"), "Course science");
    EXPECT_EQ(directory.title_of("institution-north"), "School north");
    EXPECT_EQ(directory.title_of("user-sam"), "");
    EXPECT_EQ(directory.title_of("global"), "");
}

TEST_F(ADirectory, ForgetsTheSchoolBeforeWhenItIsLoadedAnew) {
    Directory::Records next;
    next.users = {user("new")};
    directory.load(next, day("2027-01-01"));
    EXPECT_FALSE(directory.person("sam"));
    EXPECT_THAT(directory.members_of("global"), ElementsAre("new"));
    EXPECT_EQ(directory.today(), day("2027-01-01"));
    EXPECT_EQ(directory.counts().users, 1U);
    EXPECT_EQ(directory.counts().enrollments, 0U);
}

TEST_F(ADirectory, GivesRecordsBackAsTheyWerePut) {
    const User linked{.id = "kim",
                      .username = "k",
                      .given_name = "Kim",
                      .family_name = "Li",
                      .email = "k@example.org",
                      .enabled = false,
                      .agents = {"pat", "somebody-else"}};
    const Enrollment dated{.id = "e",
                           .user = "kim",
                           .class_id = "art",
                           .school = "south",
                           .role = Role::proctor,
                           .primary = true,
                           .begin = day("2026-01-01"),
                           .end = day("2026-02-01")};
    const Affiliation attached{.id = "a",
                               .user = "kim",
                               .org = "south",
                               .role = Role::counselor,
                               .primary = true,
                               .begin = day("2026-01-01"),
                               .end = day("2026-02-01")};
    const Class full{.id = "c",
                     .title = "C",
                     .code = "c-1",
                     .course = "gone",
                     .school = "south",
                     .terms = {"t1", "t2"}};
    directory.apply(Edit{}.put(full).put(linked).put(attached).put(dated));
    EXPECT_EQ(directory.user("kim"), linked);
    EXPECT_EQ(directory.enrollment("e"), dated);
    EXPECT_THAT(directory.affiliations_of("kim"), ElementsAre(attached));
    EXPECT_EQ(directory.class_("c"), full);
    EXPECT_EQ(directory.org("north"), school("north"));
    EXPECT_EQ(directory.course("science"), course("science", "north"));
    EXPECT_FALSE(directory.course("gone"));
    EXPECT_FALSE(directory.enrollment("none"));
}

// --- Institutions above others -------------------------------------------------------------------

TEST_F(ADirectory, CountsWhoIsInASchoolAmongThoseOfWhatItIsAPartOf) {
    put(school("district"));
    put(school("north", "district"));
    put(affiliated("dora", "district", Role::administrator));
    put(user("dora"));
    EXPECT_THAT(directory.rooms_of("sam").institutions,
                ElementsAre("institution-district", "institution-north"));
    EXPECT_THAT(directory.rooms_of("sam").own_institutions, ElementsAre("institution-north"));
    EXPECT_EQ(directory.rooms_of("sam").institution, "institution-north");
    EXPECT_TRUE(directory.is_member("sam", "institution-district"));
    EXPECT_THAT(directory.members_of("institution-district"), Contains("sam"));
    EXPECT_THAT(directory.members_of("institution-district"), Not(Contains("pat")));
    // Neither does staff go up, nor anything down.
    EXPECT_FALSE(directory.is_staff("pia", "institution-district"));
    EXPECT_TRUE(directory.is_staff("dora", "institution-district"));
    EXPECT_FALSE(directory.is_member("dora", "institution-north"));
    EXPECT_FALSE(directory.is_staff("dora", "institution-north"));
}

TEST_F(ADirectory, TellsWhomAMoveOfAnOrgConcerns) {
    put(school("district"));
    put(school("region", "district"));
    const Directory::Changes moved = Edit{}.put(school("north", "region"));
    EXPECT_THAT(directory.affected_users(moved), Contains("sam"));
    EXPECT_THAT(directory.affected_users(moved), Not(Contains("pat")));
    directory.apply(moved);
    EXPECT_TRUE(directory.is_member("sam", "institution-district"));
    const Directory::Changes gone = Edit{}.remove_org("region");
    EXPECT_THAT(directory.affected_users(gone), Contains("sam"));
    directory.apply(gone);
    EXPECT_FALSE(directory.is_member("sam", "institution-district"))
        << "where the chain is broken it ends";
    EXPECT_TRUE(directory.is_member("sam", "institution-north"));
}

TEST_F(ADirectory, BearsOrgsInACircle) {
    put(school("north", "south"));
    put(school("south", "north"));
    EXPECT_THAT(directory.rooms_of("sam").institutions,
                ElementsAre("institution-north", "institution-south"));
    EXPECT_THAT(directory.members_of("institution-south"), Contains("sam"));
    put(school("north", "north"));
    EXPECT_THAT(directory.rooms_of("sam").institutions, ElementsAre("institution-north"));
}

// --- Study groups --------------------------------------------------------------------------------

TEST_F(ADirectory, HasTheGroupsBesideTheRoster) {
    const StudyGroup lab{.id = "7", .title = "Lab", .home = "institution-north"};
    directory.groups().apply({lab,
                              {{.user = "sam", .role = GroupRole::owner, .since = 3},
                               {.user = "sue", .since = 9},
                               {.user = "dan", .since = 9},
                               {.user = "nobody", .since = 9}}});
    EXPECT_THAT(directory.members_of("group-7"), ElementsAre("sam", "sue"));
    EXPECT_THAT(directory.members_of("group-7/staff"), ElementsAre("sam"));
    EXPECT_THAT(directory.rooms_of("sam").groups, ElementsAre("group-7"));
    EXPECT_THAT(directory.rooms_of("sam").staff, Contains("group-7/staff"));
    EXPECT_THAT(directory.rooms_of("dan").all(), IsEmpty()) << "disabled";
    EXPECT_FALSE(directory.is_member("tim", "group-7"));
    EXPECT_EQ(directory.title_of("group-7"), "Lab");
    directory.load(small_school(), some_monday);
    EXPECT_TRUE(directory.is_member("sue", "group-7")) << "no roster takes it away";
    EXPECT_TRUE(directory.sees_moment("sue", "group-7", 1)) << "its past is everybody's";
    StudyGroup kept = lab;
    kept.history = GroupHistory::joined;
    directory.groups().apply({kept, {{.user = "sue", .since = 9}}});
    EXPECT_FALSE(directory.sees_moment("sue", "group-7", 8));
    EXPECT_TRUE(directory.sees_moment("sue", "group-7", 9));
    EXPECT_FALSE(directory.sees_moment("sam", "group-7", 9)) << "who is out of it";
    directory.groups().apply({lab, {}});
    EXPECT_EQ(directory.title_of("group-7"), "");
    EXPECT_THAT(directory.rooms_of("sue").groups, IsEmpty());
}

// --- Days ----------------------------------------------------------------------------------------

// Whoever has nothing that begins or ends on the way is not looked at, and nobody is missed however
// far the clock jumps.
TEST_F(ADirectory, KnowsWhomAnyJumpOfTheDayConcerns) {
    put(Enrollment{.id = "a",
                   .user = "sam",
                   .class_id = "art",
                   .role = Role::student,
                   .begin = day("2026-12-01"),
                   .end = day("2027-02-01")});
    put(Enrollment{.id = "b",
                   .user = "sue",
                   .class_id = "art",
                   .role = Role::student,
                   .end = day("2027-01-01")});
    put(Affiliation{.id = "c",
                    .user = "ann",
                    .org = "south",
                    .role = Role::counselor,
                    .begin = day("2026-12-24"),
                    .end = day("2026-12-27")});
    EXPECT_THAT(directory.affected_by_today(day("2026-11-30")), IsEmpty());
    EXPECT_THAT(directory.affected_by_today(day("2026-12-01")), ElementsAre("sam"));
    EXPECT_THAT(directory.affected_by_today(day("2027-01-15")), UnorderedElementsAre("sam", "sue"));
    EXPECT_THAT(directory.affected_by_today(day("2026-12-25")), UnorderedElementsAre("sam", "ann"));
    directory.set_today(day("2027-03-01"));
    EXPECT_FALSE(directory.is_member("sam", "class-art"));
    EXPECT_THAT(directory.affected_by_today(day("2026-12-25")),
                UnorderedElementsAre("sam", "sue", "ann"))
        << "set back";
    directory.apply(Edit{}.remove_enrollment("a"));
    EXPECT_THAT(directory.affected_by_today(day("2026-12-20")), ElementsAre("sue"));
}

// --- Guardians -----------------------------------------------------------------------------------

class Guardians : public testing::Test {
protected:
    Guardians() {
        directory.load(small_school(), some_monday);
        directory.let_guardians_see({.grades = true});
        directory.apply(Edit{}
                            .put(user("gina"))
                            .put(user("gus"))
                            .put(affiliated("gina", "north", Role::guardian))
                            .put(affiliated("gus", "south", Role::guardian)));
        name({"gina"});
    }
    void name(std::vector<std::string> agents, std::string student = "sam") {
        User one = user(std::move(student));
        one.agents = std::move(agents);
        directory.apply(Edit{}.put(one));
    }
    std::vector<std::string> of_sam() const { return directory.guardians_of("sam"); }

    Directory directory;
};

TEST_F(Guardians, AreThoseWhomTheStudentsRecordNames) {
    EXPECT_THAT(of_sam(), ElementsAre("gina"));
    EXPECT_TRUE(directory.is_guardian_of("gina", "sam"));
    EXPECT_FALSE(directory.is_guardian_of("gus", "sam"));
    EXPECT_FALSE(directory.is_guardian_of("gina", "sue"));
    EXPECT_FALSE(directory.is_guardian_of("sam", "gina"));
    name({"gus", "gina", "gina"});
    EXPECT_THAT(of_sam(), ElementsAre("gina", "gus"));
}

TEST_F(Guardians, AreNotThoseWhoseOwnRecordNamesTheStudent) {
    name({"sue"}, "gus");
    EXPECT_THAT(directory.guardians_of("sue"), IsEmpty());
}

TEST_F(Guardians, HoldTheRoleToday) {
    name({"gina", "tim", "sue", "sam", "nobody"});
    EXPECT_THAT(of_sam(), ElementsAre("gina")) << "no teacher, classmate, himself or nobody";
    Affiliation ended = affiliated("gina", "north", Role::guardian);
    ended.end = some_monday;
    directory.apply(Edit{}.put(ended));
    EXPECT_THAT(of_sam(), IsEmpty());
}

TEST_F(Guardians, EndWithTheLinkTheUserOrThePolicy) {
    User disabled = user("gina");
    disabled.enabled = false;
    directory.apply(Edit{}.put(disabled));
    EXPECT_THAT(of_sam(), IsEmpty());
    directory.apply(Edit{}.put(user("gina")));
    EXPECT_THAT(of_sam(), ElementsAre("gina"));
    directory.let_guardians_see({});
    EXPECT_THAT(of_sam(), IsEmpty());
    directory.let_guardians_see({.grades = true});
    name({});
    EXPECT_THAT(of_sam(), IsEmpty());
    EXPECT_THAT(directory.guardians_of("nobody"), IsEmpty());
}

TEST_F(Guardians, AreInNoRoomOfTheSchool) {
    EXPECT_THAT(directory.rooms_of("gina").all(), ElementsAre("user-gina", "global"));
    EXPECT_THAT(directory.members_of("institution-north"), Not(Contains("gina")));
    EXPECT_FALSE(directory.is_member("gina", "institution-north/guardians"));
    directory.let_guardians_see({.announcements = true});
    EXPECT_THAT(directory.rooms_of("gina").all(),
                ElementsAre("user-gina", "institution-north/guardians", "global"));
    EXPECT_THAT(directory.members_of("institution-north/guardians"), ElementsAre("gina", "pia"));
    EXPECT_FALSE(directory.is_member("sam", "institution-north/guardians"));
    EXPECT_FALSE(directory.is_staff("gina", "institution-north/guardians"));
    EXPECT_TRUE(directory.is_staff("pia", "institution-north/guardians"));
    // With another role besides he is what that makes him.
    directory.apply(Edit{}.put(
        Affiliation{.id = "too", .user = "gina", .org = "south", .role = Role::teacher}));
    EXPECT_TRUE(directory.is_member("gina", "institution-south"));
    EXPECT_FALSE(directory.is_member("gina", "institution-north"));
}

TEST_F(Guardians, AreKnownByWhomTheyFollow) {
    EXPECT_THAT(directory.wards_of("gina"), ElementsAre("sam"));
    EXPECT_THAT(directory.wards_of("gus"), IsEmpty());
    User sam = user("sam");
    const Directory::Changes unlinked = Edit{}.put(sam);
    EXPECT_THAT(directory.affected_users(unlinked), Contains("gina"));
    directory.apply(unlinked);
    EXPECT_THAT(directory.wards_of("gina"), IsEmpty());
    sam.agents = {"gina", "gina", "tim"};
    directory.apply(Edit{}.put(sam));
    EXPECT_THAT(directory.wards_of("gina"), ElementsAre("sam"));
    EXPECT_THAT(directory.wards_of("tim"), IsEmpty()) << "no guardian";
    EXPECT_THAT(directory.affected_users(Edit{}.remove_user("sam")), Contains("gina"));
    directory.apply(Edit{}.remove_user("sam"));
    EXPECT_THAT(directory.wards_of("gina"), IsEmpty());
}

TEST_F(Guardians, SeeNothingUnlessTheSchoolSaysSo) {
    Directory other;
    other.load(small_school(), some_monday);
    User sam = user("sam");
    sam.agents = {"gina"};
    other.apply(Edit{}.put(sam).put(user("gina")).put(affiliated("gina", "north", Role::guardian)));
    EXPECT_THAT(other.guardians_of("sam"), IsEmpty());
}

}  // namespace
}  // namespace homeroom::campus
