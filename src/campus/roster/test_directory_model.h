// For tests: what the directory should say, worked out anew from plain records at every question.
// Slow and simple.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "campus/roster/directory.h"

namespace homeroom::campus {

class DirectoryModel {
public:
    Date today{};
    bool guardians = false;  // whether institutions have a room for them
    std::map<std::string, Org> orgs{};
    std::map<std::string, Course> courses{};
    std::map<std::string, Class> classes{};
    std::map<std::string, User> users{};
    std::map<std::string, Affiliation> affiliations{};
    std::map<std::string, Enrollment> enrollments{};

    void apply(const Directory::Changes& changes) {
        put_all(orgs, changes.upserts.orgs, changes.removed_orgs);
        put_all(courses, changes.upserts.courses, changes.removed_courses);
        put_all(classes, changes.upserts.classes, changes.removed_classes);
        put_all(users, changes.upserts.users, changes.removed_users);
        put_all(affiliations, changes.upserts.affiliations, changes.removed_affiliations);
        put_all(enrollments, changes.upserts.enrollments, changes.removed_enrollments);
    }

    Directory::Records records() const {
        Directory::Records all;
        for (const auto& [id, one] : orgs) all.orgs.push_back(one);
        for (const auto& [id, one] : courses) all.courses.push_back(one);
        for (const auto& [id, one] : classes) all.classes.push_back(one);
        for (const auto& [id, one] : users) all.users.push_back(one);
        for (const auto& [id, one] : affiliations) all.affiliations.push_back(one);
        for (const auto& [id, one] : enrollments) all.enrollments.push_back(one);
        return all;
    }

    RoomSet rooms_of(const std::string& id) const {
        RoomSet rooms;
        if (!is_enabled(id)) return rooms;
        // Ordered, and each once, by themselves.
        std::set<std::string> in_classes, in_courses, in_institutions, staff, primary;
        std::set<std::string> own_institutions, guardian_rooms;
        const auto enter = [&](const std::string& org) {
            own_institutions.insert("institution-" + org);
            for (const auto& above : with_those_above(org))
                in_institutions.insert("institution-" + above);
        };
        for (const auto& [link, one] : enrollments) {
            if (one.user != id || !classes.contains(one.class_id) || !holds(one)) continue;
            if (one.role == Role::none || one.role == Role::guardian) continue;
            const Class& of = classes.at(one.class_id);
            const bool is_staff = one.role == Role::teacher || one.role == Role::aide ||
                                  one.role == Role::administrator;
            in_classes.insert("class-" + of.id);
            if (is_staff) staff.insert("class-" + of.id + "/staff");
            if (courses.contains(of.course)) {
                in_courses.insert("course-" + of.course);
                if (is_staff) staff.insert("course-" + of.course + "/staff");
            }
            const std::string& at = of.school.empty() ? one.school : of.school;
            if (orgs.contains(at)) enter(at);
        }
        for (const auto& [link, one] : affiliations) {
            if (one.user != id || !orgs.contains(one.org) || !holds(one) || one.role == Role::none)
                continue;
            if (one.role == Role::guardian) {
                if (guardians) guardian_rooms.insert("institution-" + one.org + "/guardians");
                continue;
            }
            enter(one.org);
            if (one.role == Role::teacher || one.role == Role::aide ||
                one.role == Role::administrator || one.role == Role::counselor) {
                staff.insert("institution-" + one.org + "/staff");
                if (guardians) guardian_rooms.insert("institution-" + one.org + "/guardians");
            }
            if (one.primary) primary.insert("institution-" + one.org);
        }
        rooms.personal = "user-" + id;
        rooms.classes.assign(in_classes.begin(), in_classes.end());
        rooms.courses.assign(in_courses.begin(), in_courses.end());
        rooms.institutions.assign(in_institutions.begin(), in_institutions.end());
        rooms.staff.assign(staff.begin(), staff.end());
        rooms.guardians.assign(guardian_rooms.begin(), guardian_rooms.end());
        rooms.own_institutions.assign(own_institutions.begin(), own_institutions.end());
        rooms.global = true;
        if (!primary.empty()) {
            rooms.institution = *primary.begin();
        } else if (!own_institutions.empty()) {
            rooms.institution = *own_institutions.begin();
        }
        return rooms;
    }

    std::vector<std::string> roles_of(const std::string& id) const {
        std::set<std::string> roles;
        for (const auto& [link, one] : enrollments) {
            if (one.user == id && one.role != Role::none && holds(one))
                roles.emplace(to_string(one.role));
        }
        for (const auto& [link, one] : affiliations) {
            if (one.user == id && one.role != Role::none && holds(one))
                roles.emplace(to_string(one.role));
        }
        return {roles.begin(), roles.end()};
    }

    bool is_enabled(const std::string& id) const {
        return users.contains(id) && users.at(id).enabled;
    }

    bool is_member(const std::string& id, const std::string& room) const {
        const auto all = rooms_of(id).all();
        return std::ranges::find(all, room) != all.end();
    }
    bool is_staff(const std::string& id, const std::string& room) const {
        return is_member(id, room.substr(0, room.find('/')) + "/staff");
    }
    std::vector<std::string> members_of(const std::string& room) const {
        std::vector<std::string> members;
        for (const auto& [id, one] : users) {
            if (is_member(id, room)) members.push_back(id);
        }
        return members;
    }

private:
    // An org and what it is a part of, as far as that is there.
    std::set<std::string> with_those_above(std::string org) const {
        std::set<std::string> chain;
        while (orgs.contains(org) && chain.insert(org).second) org = orgs.at(org).parent;
        return chain;
    }
    template <typename Record>
    static void put_all(std::map<std::string, Record>& to, const std::vector<Record>& upserts,
                        const std::vector<std::string>& removed) {
        for (const Record& one : upserts) to[one.id] = one;
        for (const std::string& id : removed) to.erase(id);
    }
    template <typename Record>
    bool holds(const Record& one) const {
        return (!one.begin || *one.begin <= today) && (!one.end || today < *one.end);
    }
};

}  // namespace homeroom::campus
