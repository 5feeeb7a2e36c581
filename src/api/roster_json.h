// Roster records as JSON, under OneRoster 1.2's field names: what a PUT takes, a GET gives. Pure
// functions.
//
// `dateLastModified` is left out: it is not kept. True and false are JSON's own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "campus/roster/records.h"
#include "campus/surface.h"

namespace homeroom::api {

using campus::Json;

// The places of the texts in them, by which a list can be filtered and put in order.
inline constexpr std::string_view org_fields[] = {"sourcedId", "status",           "name",
                                                  "type",      "parent.sourcedId", "parent.type"};
inline constexpr std::string_view session_fields[] = {
    "sourcedId", "status",           "title",      "type", "startDate",
    "endDate",   "parent.sourcedId", "parent.type"};
inline constexpr std::string_view course_fields[] = {"sourcedId",  "status",        "title",
                                                     "courseCode", "org.sourcedId", "org.type"};
inline constexpr std::string_view class_fields[] = {
    "sourcedId",   "status",           "title",       "classCode",       "course.sourcedId",
    "course.type", "school.sourcedId", "school.type", "terms.sourcedId", "terms.type"};
inline constexpr std::string_view user_fields[] = {"sourcedId",
                                                   "status",
                                                   "enabledUser",
                                                   "username",
                                                   "givenName",
                                                   "familyName",
                                                   "email",
                                                   "agents.sourcedId",
                                                   "agents.type",
                                                   "roles.sourcedId",
                                                   "roles.roleType",
                                                   "roles.role",
                                                   "roles.org.sourcedId",
                                                   "roles.org.type",
                                                   "roles.beginDate",
                                                   "roles.endDate",
                                                   "metadata.directoryOptOut"};
inline constexpr std::string_view enrollment_fields[] = {
    "sourcedId",  "status",           "user.sourcedId", "user.type", "class.sourcedId",
    "class.type", "school.sourcedId", "school.type",    "role",      "primary",
    "beginDate",  "endDate"};

Json roster_json(const campus::Org& one);
Json roster_json(const campus::AcademicSession& one);
Json roster_json(const campus::Course& one);
Json roster_json(const campus::Class& one);
// Its roles stand in records of their own.
Json roster_json(const campus::User& one, const std::vector<campus::Affiliation>& roles);
Json roster_json(const campus::Enrollment& one);

}  // namespace homeroom::api
