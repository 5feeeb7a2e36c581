// For tests: short ways to write records down, and a small school.
//
// The school: institution north (with course science: classes physics, chemistry) and institution
// south (class art, without a course). See small_school() for who is in what.
#pragma once

#include <gtest/gtest.h>
#include <string>
#include <utility>

#include "campus/roster/directory.h"

namespace homeroom::campus {

inline Date day(const char* text) {
    const auto date = parse_date(text);
    EXPECT_TRUE(date.has_value()) << text;
    return date.value_or(Date{});
}

inline const Date some_monday = std::chrono::year{2026} / 11 / 23;

inline Org school(std::string id, std::string parent = "") {
    return {.id = id, .name = "School " + id, .type = "school", .parent = std::move(parent)};
}
inline Course course(std::string id, std::string org = "") {
    return {.id = id, .title = "Course " + id, .org = std::move(org)};
}
inline Class class_in(std::string id, std::string course = "", std::string school = "") {
    return {
        .id = id, .title = "Class " + id, .course = std::move(course), .school = std::move(school)};
}
inline User user(std::string id) {
    return {.id = id, .username = id + "@example.org", .given_name = id};
}
inline User disabled_user(std::string id) {
    User one = user(std::move(id));
    one.enabled = false;
    return one;
}
inline Enrollment enrolled(std::string user, std::string class_id, Role role = Role::student) {
    return {.id = user + "|" + class_id, .user = user, .class_id = class_id, .role = role};
}
inline Affiliation affiliated(std::string user, std::string org, Role role = Role::student) {
    return {.id = user + "|" + org, .user = user, .org = org, .role = role};
}

// sam and sue are students of physics, tim its teacher; ann assists in chemistry, which sue takes
// too; art at south has tom as teacher and pat as student; pia is principal of north. dan is
// disabled, and a student of physics.
inline Directory::Records small_school() {
    return {
        .orgs = {school("north"), school("south")},
        .sessions = {},
        .courses = {course("science", "north")},
        .classes = {class_in("physics", "science", "north"),
                    class_in("chemistry", "science", "north"), class_in("art", "", "south")},
        .users = {user("sam"), user("sue"), user("tim"), user("ann"), user("tom"), user("pat"),
                  user("pia"), disabled_user("dan")},
        .affiliations = {affiliated("pia", "north", Role::administrator)},
        .enrollments = {enrolled("sam", "physics"), enrolled("sue", "physics"),
                        enrolled("dan", "physics"), enrolled("tim", "physics", Role::teacher),
                        enrolled("ann", "chemistry", Role::aide), enrolled("sue", "chemistry"),
                        enrolled("tom", "art", Role::teacher), enrolled("pat", "art")},
    };
}

// A step of change, written as what it does: Edit{}.put(user("sam")).remove_class("art").
class Edit {
public:
    Edit& put(Org one) { return add(changes_.upserts.orgs, std::move(one)); }
    Edit& put(AcademicSession one) { return add(changes_.upserts.sessions, std::move(one)); }
    Edit& put(Course one) { return add(changes_.upserts.courses, std::move(one)); }
    Edit& put(Class one) { return add(changes_.upserts.classes, std::move(one)); }
    Edit& put(User one) { return add(changes_.upserts.users, std::move(one)); }
    Edit& put(Affiliation one) { return add(changes_.upserts.affiliations, std::move(one)); }
    Edit& put(Enrollment one) { return add(changes_.upserts.enrollments, std::move(one)); }
    Edit& remove_org(std::string id) { return add(changes_.removed_orgs, std::move(id)); }
    Edit& remove_session(std::string id) { return add(changes_.removed_sessions, std::move(id)); }
    Edit& remove_course(std::string id) { return add(changes_.removed_courses, std::move(id)); }
    Edit& remove_class(std::string id) { return add(changes_.removed_classes, std::move(id)); }
    Edit& remove_user(std::string id) { return add(changes_.removed_users, std::move(id)); }
    Edit& remove_affiliation(std::string id) {
        return add(changes_.removed_affiliations, std::move(id));
    }
    Edit& remove_enrollment(std::string id) {
        return add(changes_.removed_enrollments, std::move(id));
    }
    operator const Directory::Changes&() const { return changes_; }
    const Directory::Changes& changes() const { return changes_; }

private:
    template <typename List, typename One>
    Edit& add(List& list, One one) {
        list.push_back(std::move(one));
        return *this;
    }
    Directory::Changes changes_{};
};

}  // namespace homeroom::campus
