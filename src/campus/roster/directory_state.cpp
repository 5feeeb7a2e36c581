#include "campus/roster/directory_state.h"

#include <algorithm>
#include <utility>

namespace homeroom::campus {
namespace {

// The entry behind a number, made if it is new.
template <typename Entry>
Entry& at(std::vector<Entry>& entries, std::uint32_t number) {
    if (number >= entries.size()) entries.resize(number + 1);
    return entries[number];
}

void erase_one(std::vector<std::uint32_t>& list, std::uint32_t number) {
    const auto found = std::ranges::find(list, number);
    if (found == list.end()) return;
    *found = list.back();
    list.pop_back();
}

template <typename Entry>
void note_days(TurningDays& days, const Entry& entry, std::uint32_t user) {
    for (const auto& date : {entry.begin, entry.end}) {
        if (date) ++days[std::chrono::sys_days{*date}][user];
    }
}

template <typename Entry>
void forget_days(TurningDays& days, const Entry& entry, std::uint32_t user) {
    for (const auto& date : {entry.begin, entry.end}) {
        if (!date) continue;
        const auto day = days.find(std::chrono::sys_days{*date});
        if (day == days.end()) continue;
        const auto found = day->second.find(user);
        if (found != day->second.end() && --found->second == 0) day->second.erase(found);
        if (day->second.empty()) days.erase(day);
    }
}

}  // namespace

std::uint32_t Interner::find(std::string_view id) const {
    const auto found = numbers_.find(id);
    return found == numbers_.end() ? nothing : found->second;
}

std::uint32_t Interner::intern(std::string_view id) {
    const std::uint32_t known = find(id);
    if (known != nothing) return known;
    const auto number = static_cast<std::uint32_t>(texts_.size());
    texts_.push_back(std::make_unique<const std::string>(id));
    numbers_.emplace(std::string_view{*texts_.back()}, number);
    return number;
}

std::uint32_t Directory::State::user_number(std::string_view id) {
    const auto number = user_ids.intern(id);
    at(users, number);
    return number;
}

std::uint32_t Directory::State::class_number(std::string_view id) {
    const auto number = class_ids.intern(id);
    at(classes, number);
    return number;
}

std::uint32_t Directory::State::course_number(std::string_view id) {
    if (id.empty()) return nothing;
    const auto number = course_ids.intern(id);
    at(courses, number);
    return number;
}

std::uint32_t Directory::State::org_number(std::string_view id) {
    if (id.empty()) return nothing;
    const auto number = org_ids.intern(id);
    at(orgs, number);
    return number;
}

const UserEntry* Directory::State::find_user(std::string_view id) const {
    const auto number = user_ids.find(id);
    return number != nothing && users[number].present ? &users[number] : nullptr;
}

const ClassEntry* Directory::State::find_class(std::string_view id) const {
    const auto number = class_ids.find(id);
    return number != nothing && classes[number].present ? &classes[number] : nullptr;
}

const CourseEntry* Directory::State::find_course(std::string_view id) const {
    const auto number = course_ids.find(id);
    return number != nothing && courses[number].present ? &courses[number] : nullptr;
}

const OrgEntry* Directory::State::find_org(std::string_view id) const {
    const auto number = org_ids.find(id);
    return number != nothing && orgs[number].present ? &orgs[number] : nullptr;
}

void Directory::State::put(const Org& org) {
    const auto number = org_number(org.id);
    const auto parent = org_number(org.parent);
    OrgEntry& entry = orgs[number];
    if (!std::exchange(entry.present, true)) ++counts.orgs;
    if (entry.parent != nothing) erase_one(orgs[entry.parent].children, number);
    entry.name = org.name;
    entry.type = org.type;
    entry.parent = parent;
    if (parent != nothing) orgs[parent].children.push_back(number);
}

void Directory::State::put(const Course& course) {
    const auto number = course_number(course.id);
    const auto org = org_number(course.org);
    CourseEntry& entry = courses[number];
    if (!std::exchange(entry.present, true)) ++counts.courses;
    entry.title = course.title;
    entry.code = course.code;
    entry.org = org;
}

void Directory::State::put(const Class& record) {
    const auto number = class_number(record.id);
    const auto course = course_number(record.course);
    const auto school = org_number(record.school);
    ClassEntry& entry = classes[number];
    if (!std::exchange(entry.present, true)) ++counts.classes;
    if (entry.course != nothing) erase_one(courses[entry.course].classes, number);
    if (entry.school != nothing) erase_one(orgs[entry.school].classes, number);
    entry.title = record.title;
    entry.code = record.code;
    entry.terms = record.terms;
    entry.course = course;
    entry.school = school;
    if (course != nothing) courses[course].classes.push_back(number);
    if (school != nothing) orgs[school].classes.push_back(number);
}

void Directory::State::put(const User& user) {
    const auto number = user_number(user.id);
    name_agents(number, user.agents);
    UserEntry& entry = users[number];
    if (!std::exchange(entry.present, true)) ++counts.users;
    entry.enabled = user.enabled;
    entry.hidden = user.hidden;
    entry.username = user.username;
    entry.given_name = user.given_name;
    entry.family_name = user.family_name;
    entry.email = user.email;
    entry.agents = user.agents;
}

// A guardian's number may be made by it: entries move.
void Directory::State::name_agents(std::uint32_t user, const std::vector<std::string>& agents) {
    for (const std::string& earlier : users[user].agents)
        erase_one(users[user_ids.find(earlier)].wards, user);
    for (const std::string& agent : agents) users[user_number(agent)].wards.push_back(user);
}

void Directory::State::put(const Affiliation& affiliation) {
    remove_affiliation(affiliation.id);
    const auto id = affiliation_ids.intern(affiliation.id);
    const auto user = user_number(affiliation.user);
    const auto org = org_number(affiliation.org);
    if (id >= affiliation_users.size()) affiliation_users.resize(id + 1, nothing);
    affiliation_users[id] = user;
    users[user].affiliations.push_back(
        {id, org, affiliation.role, affiliation.primary, affiliation.begin, affiliation.end});
    note_days(turning_days, affiliation, user);
    if (org != nothing) orgs[org].users.push_back(user);
}

void Directory::State::put(const Enrollment& enrollment) {
    remove_enrollment(enrollment.id);
    const auto id = enrollment_ids.intern(enrollment.id);
    const auto user = user_number(enrollment.user);
    const auto class_of = class_number(enrollment.class_id);
    const auto school = org_number(enrollment.school);
    if (id >= enrollment_users.size()) enrollment_users.resize(id + 1, nothing);
    enrollment_users[id] = user;
    users[user].enrollments.push_back({id, class_of, school, enrollment.role, enrollment.primary,
                                       enrollment.begin, enrollment.end});
    classes[class_of].users.push_back(user);
    note_days(turning_days, enrollment, user);
    ++counts.enrollments;
}

void Directory::State::remove_org(std::string_view id) {
    const auto number = org_ids.find(id);
    if (number == nothing || !std::exchange(orgs[number].present, false)) return;
    --counts.orgs;
}

void Directory::State::remove_course(std::string_view id) {
    const auto number = course_ids.find(id);
    if (number == nothing || !std::exchange(courses[number].present, false)) return;
    --counts.courses;
}

void Directory::State::remove_class(std::string_view id) {
    const auto number = class_ids.find(id);
    if (number == nothing || !std::exchange(classes[number].present, false)) return;
    --counts.classes;
}

void Directory::State::remove_user(std::string_view id) {
    const auto number = user_ids.find(id);
    if (number == nothing || !std::exchange(users[number].present, false)) return;
    users[number].enabled = false;
    users[number].hidden = false;
    --counts.users;
}

void Directory::State::remove_affiliation(std::string_view id) {
    const auto number = affiliation_ids.find(id);
    if (number == nothing || affiliation_users[number] == nothing) return;
    const auto user = std::exchange(affiliation_users[number], nothing);
    auto& list = users[user].affiliations;
    const auto found = std::ranges::find(list, number, &AffiliationEntry::id);
    if (found->org != nothing) erase_one(orgs[found->org].users, user);
    forget_days(turning_days, *found, user);
    list.erase(found);
}

void Directory::State::remove_enrollment(std::string_view id) {
    const auto number = enrollment_ids.find(id);
    if (number == nothing || enrollment_users[number] == nothing) return;
    const auto user = std::exchange(enrollment_users[number], nothing);
    auto& list = users[user].enrollments;
    const auto found = std::ranges::find(list, number, &EnrollmentEntry::id);
    erase_one(classes[found->class_number].users, user);
    forget_days(turning_days, *found, user);
    list.erase(found);
    --counts.enrollments;
}

}  // namespace homeroom::campus
