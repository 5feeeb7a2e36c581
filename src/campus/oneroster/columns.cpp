#include "campus/oneroster/columns.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "base/ascii.h"
#include "campus/oneroster/values.h"

namespace homeroom::campus::oneroster {
namespace {

using enum Type;
using enum Need;

constexpr std::string_view status_terms[] = {"active", "tobedeleted"};
constexpr std::string_view org_types[] = {"department", "school", "district",
                                          "local",      "state",  "national"};
constexpr std::string_view session_types[] = {"gradingPeriod", "semester", "schoolYear", "term"};
constexpr std::string_view class_types[] = {"homeroom", "scheduled"};
constexpr std::string_view user_roles[] = {"administrator", "aide",     "guardian", "parent",
                                           "proctor",       "relative", "student",  "teacher"};
constexpr std::string_view role_types[] = {"primary", "secondary"};
constexpr std::string_view roles_1_2[] = {"aide",
                                          "counselor",
                                          "districtAdministrator",
                                          "guardian",
                                          "parent",
                                          "principal",
                                          "proctor",
                                          "relative",
                                          "siteAdministrator",
                                          "student",
                                          "systemAdministrator",
                                          "teacher"};
constexpr std::string_view enrollment_roles[] = {"administrator", "proctor", "student", "teacher"};

constexpr Column id_column{"sourcedId", guid, essential, true};
constexpr Column status{"status", term, optional, true, {status_terms}};
constexpr Column modified{"dateLastModified", date_time, optional, true};

constexpr Column orgs[] = {
    id_column,
    status,
    modified,
    {"name", text, required, true},
    {"type", term, required, true, {org_types, true}},
    {"identifier"},
    {"parentSourcedId", guid, optional, true},
};

constexpr Column sessions[] = {
    id_column,
    status,
    modified,
    {"title", text, required, true},
    {"type", term, required, true, {session_types, true}},
    {"startDate", date, essential, true},
    {"endDate", date, essential, true},
    {"parentSourcedId", guid, optional, true},
    {"schoolYear", year, required},
};

constexpr Column courses[] = {
    id_column,
    status,
    modified,
    {"schoolYearSourcedId", guid},
    {"title", text, required, true},
    {"courseCode", text, optional, true},
    {"grades", list},
    {"orgSourcedId", guid, required, true},
    {"subjects", list},
    {"subjectCodes", list},
};

constexpr Column classes[] = {
    id_column,
    status,
    modified,
    {"title", text, required, true},
    {"grades", list},
    {"courseSourcedId", guid, required, true},
    {"classCode", text, optional, true},
    {"classType", term, required, false, {class_types, true}},
    {"location"},
    {"schoolSourcedId", guid, required, true},
    {"termSourcedIds", guids, required, true},
    {"subjects", list},
    {"subjectCodes", list},
    {"periods", list},
};

constexpr Column users_1_1[] = {
    id_column,
    status,
    modified,
    {"enabledUser", boolean, required, true},
    {"orgSourcedIds", guids, required, true},
    {"role", term, required, true, {user_roles}},
    {"username", text, required, true},
    {"userIds", user_ids},
    {"givenName", text, required, true},
    {"familyName", text, required, true},
    {"middleName"},
    {"identifier"},
    {"email", text, optional, true},
    {"sms"},
    {"phone"},
    {"agentSourcedIds", guids, optional, true},
    {"grades", list},
    {"password", secret},
    {opt_out_column, boolean, dispensable, true},
};

constexpr Column users_1_2[] = {
    id_column,
    status,
    modified,
    {"enabledUser", boolean, required, true},
    {"username", text, required, true},
    {"userIds", user_ids},
    {"givenName", text, required, true},
    {"familyName", text, required, true},
    {"middleName"},
    {"identifier"},
    {"email", text, optional, true},
    {"sms"},
    {"phone"},
    {"agentSourcedIds", guids, optional, true},
    {"grades", list},
    {"password", secret},
    {"userMasterIdentifier"},
    {"resourceSourcedIds", guids, dispensable},  // in the text of 1.2, gone in 1.2.1
    {"preferredGivenName"},
    {"preferredMiddleName"},
    {"preferredFamilyName"},
    {"primaryOrgSourcedId", guid},
    {"pronouns"},
    {opt_out_column, boolean, dispensable, true},
};

constexpr Column roles[] = {
    id_column,
    status,
    modified,
    {"userSourcedId", guid, essential, true},
    {"roleType", term, required, true, {role_types}},
    {"role", term, essential, true, {roles_1_2, true}},
    {"beginDate", date, optional, true},
    {"endDate", date, optional, true},
    {"orgSourcedId", guid, essential, true},
    {"userProfileSourcedId", guid},
};

constexpr std::array<Column, 10> make_enrollments(bool extensible) {
    return {{
        id_column,
        status,
        modified,
        {"classSourcedId", guid, essential, true},
        {"schoolSourcedId", guid, required, true},
        {"userSourcedId", guid, essential, true},
        {"role", term, essential, true, {enrollment_roles, extensible}},
        {"primary", boolean, optional, true},
        {"beginDate", date, optional, true},
        {"endDate", date, optional, true},
    }};
}
constexpr auto enrollments_1_1 = make_enrollments(false);
constexpr auto enrollments_1_2 = make_enrollments(true);

constexpr Layout layouts[] = {
    {"orgs.csv", orgs},
    {"academicSessions.csv", sessions},
    {"courses.csv", courses},
    {"classes.csv", classes},
    {"users.csv", users_1_2},
    {"roles.csv", roles, true},
    {"enrollments.csv", enrollments_1_2, true},
};
constexpr Layout users_layout_1_1{"users.csv", users_1_1};
constexpr Layout enrollments_layout_1_1{"enrollments.csv", enrollments_1_1, true};

// The 13 files of 1.1 first.
constexpr std::string_view files[] = {
    "academicSessions",
    "categories",
    "classes",
    "classResources",
    "courses",
    "courseResources",
    "demographics",
    "enrollments",
    "lineItems",
    "orgs",
    "resources",
    "results",
    "users",
    "lineItemLearningObjectiveIds",
    "lineItemScoreScales",
    "resultLearningObjectiveIds",
    "resultScoreScales",
    "roles",
    "scoreScales",
    "userProfiles",
    "userResources",
};
constexpr std::size_t files_1_1 = 13;

constexpr std::string_view kind_names[kind_count] = {
    "orgs", "academicSessions", "courses", "classes", "users", "roles", "enrollments"};

struct HeaderAlias {
    std::string_view vendor;
    std::string_view standard;
    std::optional<Kind> only{};
};

constexpr HeaderAlias header_aliases[] = {
    {"dataLastModified", "dateLastModified"},
    {"prefferedGivenName", "preferredGivenName"},
    {"grade", "grades"},
    {"agents", "agentSourcedIds"},
    {"userId", "userIds", Kind::users},
    {"userId", "userSourcedId", Kind::roles},
    {"userId", "userSourcedId", Kind::enrollments},
    // Microsoft School Data Sync 2.1
    {"code", "courseCode", Kind::courses},
    {"subject", "subjects"},
    {"orgSourcedId", "schoolSourcedId", Kind::classes},
    {"sessionSourcedIds", "termSourcedIds", Kind::classes},
    {"code", "classCode", Kind::classes},
    {"isPrimary", "roleType", Kind::roles},
    {"roleStartDate", "beginDate", Kind::roles},
    {"roleEndDate", "endDate", Kind::roles},
};

struct TermAlias {
    std::string_view column;
    std::string_view vendor;
    std::string_view standard;
};

constexpr TermAlias term_aliases[] = {
    {"roleType", "true", "primary"},
    {"roleType", "false", "secondary"},
    {"role", "professor", "teacher"},
    {"role", "lecturer", "teacher"},
    {"role", "faculty", "teacher"},
    {"role", "pupil", "student"},
    {"role", "learner", "student"},
    {"status", "deleted", "tobedeleted"},
    {"status", "inactive", "tobedeleted"},
    {"type", "school year", "schoolYear"},
    {"type", "grading period", "gradingPeriod"},
};

}  // namespace

const Layout& layout_of(Kind kind, Version version) {
    if (version == Version::v1_1 && kind == Kind::users) return users_layout_1_1;
    if (version == Version::v1_1 && kind == Kind::enrollments) return enrollments_layout_1_1;
    return layouts[static_cast<std::size_t>(kind)];
}

std::size_t column_of(const Layout& layout, std::string_view name) {
    const auto found = std::ranges::find(layout.columns, name, &Column::name);
    assert(found != layout.columns.end());
    return static_cast<std::size_t>(found - layout.columns.begin());
}

std::span<const std::string_view> standard_files(Version version) {
    return version == Version::v1_1 ? std::span{files}.first(files_1_1) : std::span{files};
}

std::optional<Kind> kind_of(std::string_view name) {
    const auto found = std::ranges::find(kind_names, name);
    if (found == std::end(kind_names)) return std::nullopt;
    return static_cast<Kind>(found - std::begin(kind_names));
}

std::string_view standard_header(Kind kind, std::string_view vendor) {
    for (const auto& alias : header_aliases) {
        if (ascii::same_letters(alias.vendor, vendor) && (!alias.only || alias.only == kind))
            return alias.standard;
    }
    return {};
}

std::string_view standard_term(std::string_view column, std::string_view vendor) {
    for (const auto& alias : term_aliases) {
        if (alias.column == column && ascii::same_letters(alias.vendor, vendor))
            return alias.standard;
    }
    return {};
}

}  // namespace homeroom::campus::oneroster
