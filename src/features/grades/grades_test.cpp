// Who sees a grade, who is told of it, and above all who is not. Numbers are those of the catalogue
// of authorization cases.
#include "features/grades/grades.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/grades/test_grades.h"

namespace homeroom::features::grades {
namespace {

using campus::Edit;
using campus::Role;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

class Grades : public GradesFixture {
protected:
    // "type: viewers" of what was journalled since the last time.
    std::vector<std::string> told() {
        std::vector<std::string> lines;
        for (const auto& event : grades.events()) {
            std::string line = event.type + ":";
            for (const auto& user : grades.viewers(event)) line += " " + user;
            lines.push_back(std::move(line));
        }
        return lines;
    }
    std::string status(const std::string& student = "sam") {
        const Json all = list("tim", {{"class", "physics"}, {"student", student}});
        return all.empty() ? "none" : all.at(0).at("status").get<std::string>();
    }
    Json of_physics() const { return Json{{"class", "physics"}}; }
};

// Case 34: saved, not published.
TEST_F(Grades, AreTheStaffsUntilTheyArePublished) {
    grades.directory.let_guardians_see({.grades = true});
    const auto id = save(grade_for("sam", 12));
    EXPECT_THAT(told(), ElementsAre("grade:recorded: tim"));
    EXPECT_EQ(status(), "draft");
    for (const char* user : {"sam", "sue", "gina", "pia", "tom"})
        EXPECT_THAT(list(user), IsEmpty()) << user;
    EXPECT_THAT(seen_by("sam", of_physics()), IsEmpty());
    EXPECT_THAT(seen_by("gina", {{"student", "sam"}}), IsEmpty());
    const Json staff = list("tim", of_physics()).at(0);
    EXPECT_EQ(staff.at("id"), id);
    EXPECT_EQ(staff.at("score"), nullptr) << "nothing is published";
    EXPECT_EQ(staff.at("draft").at("score"), 12);
    EXPECT_EQ(staff.at("grader").at("id"), "tim");
}

// Case 35: published, to that student's sockets alone.
TEST_F(Grades, ReachTheStudentAndTheStaff) {
    publish(grade_for("sam", 17));
    EXPECT_THAT(told(), ElementsAre("grade:updated: sam", "grade:recorded: tim"));
    EXPECT_THAT(seen_by("sam"), ElementsAre("test 1: 17"));
    EXPECT_THAT(seen_by("sam", of_physics()), ElementsAre("test 1: 17"));
    for (const char* user : {"sue", "gina", "pia", "tom", "ann"}) {
        EXPECT_THAT(list(user), IsEmpty()) << user;
        EXPECT_THAT(list(user, of_physics()), IsEmpty()) << user;
        EXPECT_EQ(grades.outcome(user, "grade:list", {{"student", "sam"}}), "not_found student");
    }
    EXPECT_THAT(grades.replay("sue"), IsEmpty());
    const Json seen = list("sam").at(0);
    EXPECT_FALSE(seen.contains("draft"));
    EXPECT_FALSE(seen.contains("grader"));
}

TEST_F(Grades, AreRoutedToNoRoomOfAClass) {
    publish(grade_for("sam"));
    withdraw(list("tim", of_physics()).at(0).at("id"));
    for (const auto& event : grades.events()) {
        const auto route = campus::Audience::from_stored(event.audience).route(grades.directory);
        const bool staff = event.type == "grade:recorded";
        EXPECT_THAT(route.rooms, ElementsAre(staff ? "class-physics/staff" : "user-sam"));
    }
}

TEST_F(Grades, AreGivenByTheClassesStaffAlone) {
    const auto id = publish(grade_for("sam"));
    told();
    for (const char* name : {"grade:save", "grade:publish"}) {
        EXPECT_EQ(grades.outcome("sam", name, grade_for("sam", 20)), "forbidden class");
        EXPECT_EQ(grades.outcome("sue", name, grade_for("sam", 20)), "forbidden class");
        // To outsiders, staff elsewhere and the principal included, it is as if it were not there.
        for (const char* user : {"tom", "pia", "pat", "gina", "dan", "nobody"})
            EXPECT_EQ(grades.outcome(user, name, grade_for("sam", 20)), "not_found class") << user;
    }
    const Json all{{"class", "physics"}, {"item", "test 1"}};
    EXPECT_EQ(grades.outcome("sam", "grade:publishAll", all), "forbidden class");
    EXPECT_EQ(grades.outcome("tom", "grade:publishAll", all), "not_found class");
    for (const char* user : {"sam", "sue", "tom", "pia"}) {
        EXPECT_EQ(grades.outcome(user, "grade:withdraw", {{"grade", id}}), "not_found grade");
        EXPECT_EQ(grades.outcome(user, "grade:withdraw", {{"grade", "none"}}), "not_found grade");
    }
    EXPECT_THAT(told(), IsEmpty());
}

TEST_F(Grades, AreForStudentsOfTheClass) {
    for (const char* student : {"pat", "tim", "dan", "nobody", "ann", "", "sam/staff"})
        EXPECT_EQ(grades.outcome("tim", "grade:publish", grade_for(student)), "not_found student");
    Json elsewhere = grade_for("sam");
    for (const char* class_id : {"art", "nowhere", "", "physics/staff", "__proto__"}) {
        elsewhere["class"] = class_id;
        EXPECT_EQ(grades.outcome("tim", "grade:publish", elsewhere), "not_found class");
    }
}

TEST_F(Grades, ThatAreChangedAreToldAgain) {
    publish(grade_for("sam", 17));
    told();
    publish(grade_for("sam", 18));
    EXPECT_THAT(told(), ElementsAre("grade:updated: sam", "grade:recorded: tim"));
    publish(grade_for("sam", 18));
    EXPECT_THAT(told(), IsEmpty()) << "the same again is no news";
    EXPECT_THAT(seen_by("sam"), ElementsAre("test 1: 18"));
    // A draft beside it changes nothing for the student until it is published.
    save(grade_for("sam", 19));
    EXPECT_THAT(told(), ElementsAre("grade:recorded: tim"));
    EXPECT_THAT(seen_by("sam"), ElementsAre("test 1: 18"));
    grades.must("tim", "grade:publishAll", {{"class", "physics"}, {"item", "test 1"}});
    EXPECT_THAT(told(), ElementsAre("grade:updated: sam", "grade:recorded: tim"));
    EXPECT_THAT(seen_by("sam"), ElementsAre("test 1: 19"));
    EXPECT_EQ(list("tim", of_physics()).at(0).at("draft"), nullptr);
}

TEST_F(Grades, AreReplayedAsTheyWereLast) {
    publish(grade_for("sam", 4711));
    publish(grade_for("sam", 4712));
    save(grade_for("sam", 4713));
    EXPECT_THAT(campus::types_of(grades.replay("sam")), ElementsAre("grade:updated"));
    EXPECT_EQ(Json::parse(grades.replay("sam").at(0).payload).at("grade").at("score"), 4712);
    EXPECT_EQ(grades.journalled("4711"), 0);
    EXPECT_THAT(campus::types_of(grades.replay("tim")), ElementsAre("grade:recorded"));
}

// Case 36: published, then hidden.
TEST_F(Grades, ThatAreWithdrawnAreRetractedAndForgotten) {
    grades.directory.let_guardians_see({.grades = true});
    Json mark = grade_for("sam", 4711);
    mark["comment"] = "a remark";
    const auto id = publish(mark);
    told();
    withdraw(id);
    EXPECT_THAT(told(), ElementsAre("grade:withdrawn: gina sam", "grade:recorded: tim"));
    EXPECT_EQ(status(), "withdrawn");
    EXPECT_THAT(list("sam"), IsEmpty());
    EXPECT_THAT(list("gina", {{"student", "sam"}}), IsEmpty());
    for (const char* user : {"sam", "gina"}) {
        const auto replayed = grades.replay(user);
        EXPECT_THAT(campus::types_of(replayed), ElementsAre("grade:withdrawn"));
        EXPECT_THAT(replayed.at(0).payload, Not(testing::HasSubstr("4711")));
        EXPECT_THAT(replayed.at(0).payload, Not(testing::HasSubstr("remark")));
    }
    // Only what the staff see still has it.
    EXPECT_EQ(grades.journalled("4711"), 1);
    EXPECT_EQ(list("tim", of_physics()).at(0).at("draft").at("score"), 4711);
    withdraw(id);
    EXPECT_THAT(told(), IsEmpty()) << "the same again is no news";
}

TEST_F(Grades, ThatAreWithdrawnComeBackWhenTheyAreMeantTo) {
    const auto id = publish(grade_for("sam", 3));
    withdraw(id);
    const Json all{{"class", "physics"}, {"item", "test 1"}};
    EXPECT_THAT(grades.must("tim", "grade:publishAll", all).at("grades"), IsEmpty())
        << "what was taken back is not published with the others";
    EXPECT_THAT(list("sam"), IsEmpty());
    save(grade_for("sam", 4));
    EXPECT_EQ(status(), "draft");
    grades.must("tim", "grade:publishAll", all);
    EXPECT_THAT(seen_by("sam"), ElementsAre("test 1: 4"));
    EXPECT_EQ(list("sam").at(0).at("id"), id) << "still the same grade";
    EXPECT_THAT(campus::types_of(grades.replay("sam")), ElementsAre("grade:updated"));
}

TEST_F(Grades, ThatWereNeverPublishedCannotBeWithdrawn) {
    EXPECT_EQ(grades.outcome("tim", "grade:withdraw", {{"grade", save(grade_for("sam"))}}),
              "conflict grade");
}

// Case 37: a guardian sees the own child's grades, and those alone.
TEST_F(Grades, ReachGuardiansWhereTheSchoolAllowsIt) {
    publish(grade_for("sam", 1));
    EXPECT_THAT(told(), Contains("grade:updated: sam"));
    EXPECT_EQ(grades.outcome("gina", "grade:list", {{"student", "sam"}}), "not_found student");
    EXPECT_THAT(grades.replay("gina"), IsEmpty());

    grades.directory.let_guardians_see({.grades = true});
    publish(grade_for("sam", 2));
    publish(grade_for("sue", 3));
    EXPECT_THAT(told(), ElementsAre("grade:updated: gina sam", "grade:recorded: tim",
                                    "grade:updated: sue", "grade:recorded: tim"));
    EXPECT_THAT(seen_by("gina", {{"student", "sam"}}), ElementsAre("test 1: 2"));
    EXPECT_THAT(list("gina"), IsEmpty()) << "her own";
    EXPECT_EQ(grades.outcome("gina", "grade:list", {{"student", "sue"}}), "not_found student");
    EXPECT_EQ(grades.outcome("gina", "grade:list", {{"student", "nobody"}}), "not_found student");
    EXPECT_EQ(grades.outcome("sam", "grade:list", {{"student", "gina"}}), "not_found student");
    EXPECT_THAT(campus::types_of(grades.replay("gina")), ElementsAre("grade:updated"));
}

// Case 38: the link ends.
TEST_F(Grades, CloseToAGuardianWhoIsNoneAnyMore) {
    grades.directory.let_guardians_see({.grades = true});
    publish(grade_for("sam", 1));
    grades.directory.apply(Edit{}.put(campus::user("sam")));  // names nobody any more
    publish(grade_for("sam", 2));
    for (const auto& event : grades.events())
        EXPECT_THAT(grades.viewers(event), Not(Contains("gina"))) << event.type;
    EXPECT_EQ(grades.outcome("gina", "grade:list", {{"student", "sam"}}), "not_found student");
    EXPECT_THAT(grades.replay("gina"), IsEmpty());
    EXPECT_THAT(seen_by("sam"), ElementsAre("test 1: 2"));
}

// Case 39: two guardians learn nothing of each other.
TEST_F(Grades, NameNoGuardian) {
    campus::User sam = campus::user("sam");
    sam.agents = {"gina", "gus"};
    grades.directory.apply(Edit{}
                               .put(sam)
                               .put(campus::user("gus"))
                               .put(campus::affiliated("gus", "north", Role::guardian)));
    grades.directory.let_guardians_see({.grades = true});
    publish(grade_for("sam"));
    for (const auto& event : grades.events()) {
        EXPECT_THAT(event.payload, Not(testing::HasSubstr("gina")));
        EXPECT_THAT(event.payload, Not(testing::HasSubstr("gus")));
    }
}

TEST_F(Grades, StayWithTheStudentWhoLeavesTheClass) {
    publish(grade_for("sam", 17));
    grades.directory.apply(Edit{}.remove_enrollment("sam|physics"));
    EXPECT_THAT(seen_by("sam"), ElementsAre("test 1: 17"));
    EXPECT_THAT(campus::types_of(grades.replay("sam")), ElementsAre("grade:updated"));
    told();
    publish(grade_for("sam", 18));  // a mistake is put right
    EXPECT_THAT(told(), ElementsAre("grade:updated: sam", "grade:recorded: tim"));
    EXPECT_EQ(grades.outcome("tim", "grade:publish", grade_for("sam", 1, "another")),
              "not_found student");
    // Also when the class is no more.
    grades.directory.apply(Edit{}.remove_class("physics"));
    EXPECT_THAT(seen_by("sam"), ElementsAre("test 1: 18"));
}

// Case 10, case 56: whoever is staff no longer sees none of it, neither read nor replayed.
TEST_F(Grades, CloseToStaffWhoLeave) {
    const auto id = publish(grade_for("sam"));
    grades.directory.apply(Edit{}.put(campus::enrolled("tim", "physics", Role::student)));
    EXPECT_THAT(list("tim", of_physics()), IsEmpty());
    EXPECT_THAT(grades.replay("tim"), IsEmpty());
    EXPECT_EQ(grades.outcome("tim", "grade:withdraw", {{"grade", id}}), "not_found grade");
    EXPECT_EQ(grades.outcome("tim", "grade:publish", grade_for("sam", 1)), "forbidden class");
    grades.directory.apply(Edit{}.remove_enrollment("tim|physics"));
    EXPECT_EQ(grades.outcome("tim", "grade:publish", grade_for("sam", 1)), "not_found class");
}

TEST_F(Grades, ListNothingElseForAClassThatIsNoneOfOnes) {
    publish(grade_for("sam"));
    for (const char* class_id : {"physics", "art", "nowhere", "physics/staff"})
        EXPECT_THAT(list("pat", {{"class", class_id}}), IsEmpty()) << class_id;
}

}  // namespace
}  // namespace homeroom::features::grades
