// Roster records as JSON, under OneRoster 1.2's field names: what a PUT takes, a GET gives. Pure
// functions.
//
// `dateLastModified` is left out: it is not kept. True and false are JSON's own.
#pragma once

#include <string>
#include <vector>

#include "campus/roster/records.h"
#include "campus/surface.h"

namespace homeroom::api {

using campus::Json;

Json roster_json(const campus::Org& one);
Json roster_json(const campus::AcademicSession& one);
Json roster_json(const campus::Course& one);
Json roster_json(const campus::Class& one);
// Its roles stand in records of their own.
Json roster_json(const campus::User& one, const std::vector<campus::Affiliation>& roles);
Json roster_json(const campus::Enrollment& one);

}  // namespace homeroom::api
