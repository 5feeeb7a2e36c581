#include "campus/roster/roster_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "campus/roster/test_roster_store.h"

namespace homeroom::campus {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAreArray;

class RosterStore : public RosterStoreFixture {};

TEST_F(RosterStore, IsEmptyAtFirst) {
    const auto records = load();
    EXPECT_THAT(records.users, IsEmpty());
    EXPECT_THAT(records.orgs, IsEmpty());
    EXPECT_THAT(records.enrollments, IsEmpty());
}

TEST_F(RosterStore, GivesBackEveryFieldOfEveryKind) {
    const Org org{
        .id = "o", .name = "Ecole \"d'été\"; DROP TABLE orgs", .type = "district", .parent = "p"};
    const AcademicSession term{.id = "t",
                               .title = "Autumn",
                               .type = "term",
                               .start = day("2026-08-01"),
                               .end = day("2026-12-24"),
                               .parent = "year"};
    const Course one_course{.id = "k", .title = "Science", .code = "S-1", .org = "o"};
    const Class one_class{.id = "c",
                          .title = "7b",
                          .code = "7-b",
                          .course = "k",
                          .school = "o",
                          .terms = {"t", "t2", "t3"}};
    const User one_user{.id = "u",
                        .username = "ada@example.org",
                        .given_name = "Ada",
                        .family_name = "Büron 明",
                        .email = "a@example.org",
                        .enabled = false,
                        .agents = {"g1", "g2"},
                        .hidden = true};
    const Affiliation affiliation{.id = "u|o",
                                  .user = "u",
                                  .org = "o",
                                  .role = Role::counselor,
                                  .primary = true,
                                  .begin = day("2026-01-01"),
                                  .end = day("2027-01-01")};
    const Enrollment enrollment{.id = "e",
                                .user = "u",
                                .class_id = "c",
                                .school = "o",
                                .role = Role::guardian,
                                .primary = true,
                                .begin = day("2024-02-29"),
                                .end = day("2027-07-31")};
    save(Edit{}
             .put(org)
             .put(term)
             .put(one_course)
             .put(one_class)
             .put(one_user)
             .put(affiliation)
             .put(enrollment));
    const auto records = load();
    EXPECT_THAT(records.orgs, ElementsAre(org));
    EXPECT_THAT(records.sessions, ElementsAre(term));
    EXPECT_THAT(records.courses, ElementsAre(one_course));
    EXPECT_THAT(records.classes, ElementsAre(one_class));
    EXPECT_THAT(records.users, ElementsAre(one_user));
    EXPECT_THAT(records.affiliations, ElementsAre(affiliation));
    EXPECT_THAT(records.enrollments, ElementsAre(enrollment));
}

TEST_F(RosterStore, KeepsWhatIsNotSaidUnsaid) {
    const Enrollment open_ended{.id = "e", .user = "u", .class_id = "c", .role = Role::student};
    const Enrollment half{
        .id = "f", .user = "u", .class_id = "c", .role = Role::none, .begin = some_monday};
    save(
        Edit{}.put(User{.id = "u"}).put(Class{.id = "c", .title = "7b"}).put(open_ended).put(half));
    const auto records = load();
    EXPECT_THAT(records.enrollments, UnorderedElementsAreArray({open_ended, half}));
    EXPECT_THAT(records.users, ElementsAre(User{.id = "u"}));
    EXPECT_THAT(records.classes, ElementsAre(Class{.id = "c", .title = "7b"}));
}

TEST_F(RosterStore, ReplacesARecordAsAWhole) {
    auto one = user("u");
    one.agents = {"a", "b"};
    save(Edit{}.put(one));
    const User next{.id = "u", .family_name = "Only"};
    save(Edit{}.put(next));
    EXPECT_THAT(load().users, ElementsAre(next));
}

TEST_F(RosterStore, WritesFirstAndRemovesThen) {
    save(small_school());
    save(Edit{}
             .put(user("late"))
             .put(course("extra"))
             .remove_user("late")
             .remove_course("extra")
             .remove_class("art")
             .remove_org("south")
             .remove_affiliation("pia|north")
             .remove_enrollment("pat|art")
             .remove_session("nothing-there"));
    const auto records = load();
    EXPECT_EQ(records.users.size(), small_school().users.size());
    EXPECT_THAT(records.courses, ElementsAre(course("science", "north")));
    EXPECT_EQ(records.classes.size(), 2U);
    EXPECT_THAT(records.orgs, ElementsAre(school("north")));
    EXPECT_THAT(records.affiliations, IsEmpty());
    EXPECT_EQ(records.enrollments.size(), small_school().enrollments.size() - 1);
}

TEST_F(RosterStore, GivesARoleOfALaterVersionNoRights) {
    for (const char* role : {"99", "-1", "256"}) {
        const std::string sql =
            std::string{
                "INSERT OR REPLACE INTO enrollments (id, user, class, school, role, "
                "is_primary) VALUES ('e', 'u', 'c', '', "} +
            role + ", 0)";
        ASSERT_TRUE(store->db().execute(sql.c_str()).ok());
        EXPECT_EQ(load().enrollments.at(0).role, Role::none) << role;
    }
}

TEST_F(RosterStore, SurvivesARestart) {
    save(small_school());
    store.reset();
    store = store::Store::open(
                {.directory = files.path(), .postgres = store::test_postgres(files.path())},
                migrations())
                .value();
    const auto records = load();
    EXPECT_THAT(records.users, UnorderedElementsAreArray(small_school().users));
    EXPECT_THAT(records.enrollments, UnorderedElementsAreArray(small_school().enrollments));
    EXPECT_THAT(records.classes, UnorderedElementsAreArray(small_school().classes));
}

}  // namespace
}  // namespace homeroom::campus
