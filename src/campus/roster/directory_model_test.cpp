// Random changes of a small school: the directory must always say what its records say, and must
// have announced everybody to whom a change made a difference.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/test_draw.h"
#include "campus/roster/test_directory_model.h"
#include "campus/roster/test_roster.h"

namespace homeroom::campus {
namespace {

using test::below;

const std::vector<std::string> org_ids{"o1", "o2", "o3"};
const std::vector<std::string> course_ids{"k1", "k2"};
const std::vector<std::string> class_ids{"c1", "c2", "c3"};
const std::vector<std::string> user_ids{"u1", "u2", "u3", "u4"};
const std::vector<std::string> enrollment_ids{"e1", "e2", "e3", "e4", "e5", "e6"};
const std::vector<std::string> affiliation_ids{"a1", "a2", "a3", "a4"};

std::vector<std::string> all_rooms() {
    std::vector<std::string> rooms{"global", "group-g"};
    const auto add = [&](const std::string& kind, const std::vector<std::string>& ids) {
        for (const auto& id : ids) {
            rooms.push_back(kind + id);
            if (kind != "user-") rooms.push_back(kind + id + "/staff");
        }
    };
    add("user-", user_ids);
    add("class-", class_ids);
    add("course-", course_ids);
    add("institution-", org_ids);
    for (const auto& id : org_ids) rooms.push_back("institution-" + id + "/guardians");
    return rooms;
}

std::string any(const std::vector<std::string>& ids) {
    return *rc::gen::elementOf(ids);
}
std::string any_or_empty(const std::vector<std::string>& ids) {
    const auto index = below(ids.size() + 1);
    return index == ids.size() ? std::string{} : ids[index];
}
bool one_in(std::size_t count) {
    return below(count) == 0;
}
Role any_role() {
    return static_cast<Role>(below(8));
}
Date any_day() {
    return std::chrono::sys_days{some_monday} + std::chrono::days{static_cast<int>(below(7)) - 3};
}
std::optional<Date> any_bound() {
    if (!one_in(3)) return std::nullopt;
    return any_day();
}

Enrollment any_enrollment() {
    return {.id = any(enrollment_ids),
            .user = any(user_ids),
            .class_id = any(class_ids),
            .school = any_or_empty(org_ids),
            .role = any_role(),
            .begin = any_bound(),
            .end = any_bound()};
}

Affiliation any_affiliation() {
    return {.id = any(affiliation_ids),
            .user = any(user_ids),
            .org = any_or_empty(org_ids),
            .role = any_role(),
            .primary = one_in(2),
            .begin = any_bound(),
            .end = any_bound()};
}

void add_any_item(Edit& edit) {
    switch (below(19)) {
        case 18:
        case 0: edit.put(school(any(org_ids), any_or_empty(org_ids))); return;
        case 1: edit.put(course(any(course_ids), any_or_empty(org_ids))); return;
        case 2:
        case 3:
            edit.put(class_in(any(class_ids), any_or_empty(course_ids), any_or_empty(org_ids)));
            return;
        case 4:
        case 5: edit.put(user(any(user_ids))); return;
        case 6: edit.put(disabled_user(any(user_ids))); return;
        case 7:
        case 8:
        case 9: edit.put(any_affiliation()); return;
        case 10:
        case 11:
        case 12: edit.put(any_enrollment()); return;
        case 13: edit.remove_org(any(org_ids)); return;
        case 14: edit.remove_class(any(class_ids)); return;
        case 15: edit.remove_user(any(user_ids)); return;
        case 16: edit.remove_enrollment(any(enrollment_ids)); return;
        default:
            if (one_in(2)) {
                edit.remove_affiliation(any(affiliation_ids));
            } else {
                edit.remove_course(any(course_ids));
            }
    }
}

// A school that has most of its parts, so that there is something to change.
DirectoryModel any_school() {
    DirectoryModel model;
    model.today = some_monday;
    Edit edit;
    for (const auto& id : org_ids) edit.put(school(id));
    for (const auto& id : course_ids) edit.put(course(id));
    for (const auto& id : class_ids)
        edit.put(class_in(id, any_or_empty(course_ids), any_or_empty(org_ids)));
    for (const auto& id : user_ids) edit.put(user(id));
    for (int i = 0; i < 4; ++i) edit.put(any_enrollment());
    for (int i = 0; i < 2; ++i) edit.put(any_affiliation());
    const int removals = *rc::gen::inRange(0, 3);
    for (int i = 0; i < removals; ++i) add_any_item(edit);
    model.apply(edit);
    return model;
}

void must_agree(const Directory& directory, const DirectoryModel& model) {
    static const auto rooms = all_rooms();
    for (const auto& id : user_ids) {
        const auto person = directory.person(id);
        RC_ASSERT(person.has_value() == model.users.contains(id));
        RC_ASSERT(directory.user(id).has_value() == person.has_value());
        if (person) {
            RC_ASSERT(person->enabled == model.is_enabled(id));
            RC_ASSERT(person->roles == model.roles_of(id));
        }
        const RoomSet expected = model.rooms_of(id);
        const RoomSet actual = directory.rooms_of(id);
        RC_ASSERT(actual.all() == expected.all());
        RC_ASSERT(actual.institution == expected.institution);
        RC_ASSERT(actual == expected);
        for (const auto& room : rooms) {
            RC_ASSERT(directory.is_member(id, room) == model.is_member(id, room));
            RC_ASSERT(directory.is_staff(id, room) == model.is_staff(id, room));
        }
    }
    for (const auto& room : rooms) RC_ASSERT(directory.members_of(room) == model.members_of(room));
    const auto counts = directory.counts();
    RC_ASSERT(counts.orgs == model.orgs.size());
    RC_ASSERT(counts.courses == model.courses.size());
    RC_ASSERT(counts.classes == model.classes.size());
    RC_ASSERT(counts.users == model.users.size());
    RC_ASSERT(counts.enrollments == model.enrollments.size());
    for (const auto& id : enrollment_ids) {
        const auto found = directory.enrollment(id);
        RC_ASSERT(found.has_value() == model.enrollments.contains(id));
        if (found) RC_ASSERT(*found == model.enrollments.at(id));
    }
}

// Whoever's rooms or standing differ must be among those announced.
void must_announce(const std::vector<std::string>& announced, const DirectoryModel& before,
                   const DirectoryModel& after) {
    const std::set<std::string> once{announced.begin(), announced.end()};
    RC_ASSERT(once.size() == announced.size());
    for (const auto& id : user_ids) {
        const bool differs = before.rooms_of(id) != after.rooms_of(id) ||
                             before.roles_of(id) != after.roles_of(id) ||
                             before.users.contains(id) != after.users.contains(id) ||
                             before.is_enabled(id) != after.is_enabled(id);
        if (differs && !once.contains(id)) RC_FAIL("not announced: " + id);
    }
}

void must_have_no_dependents_left(const DirectoryModel& model, const Directory::Changes& changes) {
    const auto removed = [](const std::vector<std::string>& ids, const std::string& id) {
        return std::ranges::find(ids, id) != ids.end();
    };
    for (const auto& [id, one] : model.enrollments) {
        RC_ASSERT(!removed(changes.removed_users, one.user));
        RC_ASSERT(!removed(changes.removed_classes, one.class_id));
    }
    for (const auto& [id, one] : model.affiliations) {
        RC_ASSERT(!removed(changes.removed_users, one.user));
        RC_ASSERT(!removed(changes.removed_orgs, one.org));
    }
}

void random_history(bool take_dependents_along) {
    DirectoryModel model = any_school();
    model.guardians = one_in(2);
    Directory directory;
    directory.let_guardians_see({.announcements = model.guardians});
    directory.load(model.records(), model.today);
    must_agree(directory, model);
    const int steps = *rc::gen::inRange(1, 40);
    for (int step = 0; step < steps; ++step) {
        const DirectoryModel before = model;
        if (one_in(4)) {
            model.today = any_day();
            const auto announced = directory.affected_by_today(model.today);
            directory.set_today(model.today);
            must_announce(announced, before, model);
        } else {
            Edit edit;
            const int items = *rc::gen::inRange(1, 5);
            for (int i = 0; i < items; ++i) add_any_item(edit);
            Directory::Changes changes = edit;
            if (take_dependents_along) changes = with_dependents(std::move(changes), directory);
            model.apply(changes);
            const auto announced = directory.affected_users(changes);
            directory.apply(changes);
            must_announce(announced, before, model);
            if (take_dependents_along) must_have_no_dependents_left(model, changes);
        }
        must_agree(directory, model);
    }
    // The same records, read at a start, make the same school.
    Directory loaded;
    loaded.let_guardians_see({.announcements = model.guardians});
    loaded.load(model.records(), model.today);
    must_agree(loaded, model);
}

TEST(DirectoryModel, AgreesAfterAnyHistory) {
    EXPECT_TRUE(
        rc::check("the directory says what its records say", [] { random_history(false); }));
}

TEST(DirectoryModel, AgreesAfterAnyHistoryInWhichRemovalsTakeDependentsAlong) {
    EXPECT_TRUE(rc::check("a removal takes along what hangs on it", [] { random_history(true); }));
}

}  // namespace
}  // namespace homeroom::campus
