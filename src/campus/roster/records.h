// The school as it is stored: OneRoster's records, reduced to what Homeroom uses. Passwords and
// demographics have no place here, so they cannot be kept by accident.
//
// The field names in REST and CSV are OneRoster's (`sourcedId`, `givenName`, …); ids are the
// roster's own, at most 255 characters of [0-9A-Za-z._/@-] (standards: OneRoster GUID).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace homeroom::campus {

// What somebody is somewhere: of an enrolment or of a role in an organisation. Unknown terms
// ("ext:…") become `none`, which gives no rights at all.
enum class Role : std::uint8_t {
    none,
    student,
    teacher,
    aide,
    administrator,  // OneRoster 1.1 administrator; 1.2 site-, district-, systemAdministrator and
                    // principal
    proctor,
    counselor,
    guardian,  // also parent and relative
};

std::string_view to_string(Role role);
Role role_from_text(std::string_view text);  // OneRoster's terms of both versions

// Whether the role belongs to the `/staff` sub-room of a class (or of its course).
bool is_class_staff(Role role);  // teacher, aide, administrator
// Whether the role belongs to the `/staff` sub-room of an institution.
bool is_institution_staff(Role role);  // those, and counselor

struct Org {
    std::string id;
    std::string name;
    std::string type;
    std::string parent{};  // id, or empty
    bool operator==(const Org&) const = default;
};

struct AcademicSession {
    std::string id;
    std::string title;
    std::string type;
    Date start;  // inclusive
    Date end;    // exclusive
    std::string parent{};
    bool operator==(const AcademicSession&) const = default;
};

struct Course {
    std::string id;
    std::string title;
    std::string code{};
    std::string org{};
    bool operator==(const Course&) const = default;
};

struct Class {
    std::string id;
    std::string title;
    std::string code{};
    std::string course{};
    std::string school{};
    std::vector<std::string> terms{};
    bool operator==(const Class&) const = default;
};

// Where a user belongs as a whole: OneRoster 1.2 roles.csv; in 1.1 the user's role in each of
// orgSourcedIds.
struct Affiliation {
    std::string id;  // of roles.csv; in 1.1 "{user}|{org}"
    std::string user;
    std::string org;
    Role role = Role::none;
    bool primary = false;
    std::optional<Date> begin{};  // inclusive
    std::optional<Date> end{};    // exclusive
    bool operator==(const Affiliation&) const = default;
};

struct User {
    std::string id;
    std::string username{};
    std::string given_name{};
    std::string family_name{};
    std::string email{};
    bool enabled = true;
    // ids of linked users, as the file says; guardians are derived
    std::vector<std::string> agents{};
    bool hidden = false;  // opted out of the directory: to be shown to staff alone
    bool operator==(const User&) const = default;
};

struct Enrollment {
    std::string id;
    std::string user;
    std::string class_id;
    std::string school{};
    Role role = Role::none;
    bool primary = false;
    std::optional<Date> begin{};  // inclusive
    std::optional<Date> end{};    // exclusive
    bool operator==(const Enrollment&) const = default;
};

}  // namespace homeroom::campus
