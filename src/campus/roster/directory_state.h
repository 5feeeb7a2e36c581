// How the directory lies in memory: every id is interned once to a small number, and records refer
// by number.
//
// A number is never reused, so that a record that names somebody who is not there (yet) can keep
// the number. What a number stands for may be absent: `present` says so.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "campus/roster/directory.h"

namespace homeroom::campus {

inline constexpr std::uint32_t nothing = 0xFFFF'FFFF;

// Ids of one kind and their numbers. Each text has its own place in memory and never moves, so
// views of it stay good.
class Interner {
public:
    std::uint32_t find(std::string_view id) const;
    std::uint32_t intern(std::string_view id);
    std::string_view text(std::uint32_t number) const { return *texts_[number]; }

private:
    std::vector<std::unique_ptr<const std::string>> texts_{};
    boost::unordered_flat_map<std::string_view, std::uint32_t> numbers_{};
};

struct EnrollmentEntry {
    std::uint32_t id = nothing;
    std::uint32_t class_number = nothing;
    std::uint32_t school = nothing;
    Role role{};
    bool primary = false;
    std::optional<Date> begin{};
    std::optional<Date> end{};
};

struct AffiliationEntry {
    std::uint32_t id = nothing;
    std::uint32_t org = nothing;
    Role role{};
    bool primary = false;
    std::optional<Date> begin{};
    std::optional<Date> end{};
};

struct UserEntry {
    bool present = false;
    bool enabled = false;
    bool hidden = false;
    std::string username{};
    std::string given_name{};
    std::string family_name{};
    std::string email{};
    std::vector<std::string> agents{};
    std::vector<std::uint32_t> wards{};  // whose agents name him, present or not
    std::vector<EnrollmentEntry> enrollments{};
    std::vector<AffiliationEntry> affiliations{};
};

struct ClassEntry {
    bool present = false;
    std::string title{};
    std::string code{};
    std::vector<std::string> terms{};
    std::uint32_t course = nothing;
    std::uint32_t school = nothing;
    std::vector<std::uint32_t> users{};  // enrolled in it, in whatever way; may repeat
};

struct CourseEntry {
    bool present = false;
    std::string title{};
    std::string code{};
    std::uint32_t org = nothing;
    std::vector<std::uint32_t> classes{};
};

struct OrgEntry {
    bool present = false;
    std::string name{};
    std::string type{};
    std::uint32_t parent = nothing;
    std::vector<std::uint32_t> users{};     // affiliated; may repeat
    std::vector<std::uint32_t> classes{};   // whose school it is
    std::vector<std::uint32_t> children{};  // whose parent it is, present or not
};

// On which days something begins or ends, and for whom: how many of his records say so. So that a
// new day need not look at everybody.
using TurningDays =
    std::map<std::chrono::sys_days, boost::unordered_flat_map<std::uint32_t, std::uint32_t>>;

// Everything under the directory's lock. No locking of its own.
struct Directory::State {
    Date today{};
    Interner user_ids{}, class_ids{}, course_ids{}, org_ids{}, enrollment_ids{}, affiliation_ids{};
    std::vector<UserEntry> users{};
    std::vector<ClassEntry> classes{};
    std::vector<CourseEntry> courses{};
    std::vector<OrgEntry> orgs{};
    std::vector<std::uint32_t> enrollment_users{};   // enrolment → user, or nothing
    std::vector<std::uint32_t> affiliation_users{};  // affiliation → user, or nothing
    TurningDays turning_days{};
    Counts counts{};

    std::uint32_t user_number(std::string_view id);
    std::uint32_t class_number(std::string_view id);
    std::uint32_t course_number(std::string_view id);
    std::uint32_t org_number(std::string_view id);

    // Lookups: null when absent.
    const UserEntry* find_user(std::string_view id) const;
    const ClassEntry* find_class(std::string_view id) const;
    const CourseEntry* find_course(std::string_view id) const;
    const OrgEntry* find_org(std::string_view id) const;

    void put(const Org& org);
    void put(const Course& course);
    void put(const Class& record);
    void put(const User& user);
    void name_agents(std::uint32_t user, const std::vector<std::string>& agents);
    void put(const Affiliation& affiliation);
    void put(const Enrollment& enrollment);
    void remove_org(std::string_view id);
    void remove_course(std::string_view id);
    void remove_class(std::string_view id);
    void remove_user(std::string_view id);
    void remove_affiliation(std::string_view id);
    void remove_enrollment(std::string_view id);
};

}  // namespace homeroom::campus
