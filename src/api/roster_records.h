// Roster records out of REST bodies, under OneRoster's field names. A reference may be an id or
// `{"sourcedId": …}`, as OneRoster's own JSON has it. Unknown fields are ignored: platforms send
// whole OneRoster objects.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "campus/roster/records.h"
#include "campus/surface.h"

namespace homeroom::api {

using campus::Json;

Result<campus::Org> read_org(std::string id, const Json& body);
Result<campus::AcademicSession> read_session(std::string id, const Json& body);
Result<campus::Course> read_course(std::string id, const Json& body);
Result<campus::Class> read_class(std::string id, const Json& body);
Result<campus::Enrollment> read_enrollment(std::string id, const Json& body);

struct UserRecord {
    campus::User user;              // without `enabled` and `hidden`
    std::optional<bool> enabled{};  // absent: as it was, and true for somebody new
    std::optional<bool> hidden{};   // absent: as it was, and false for somebody new
    // Absent: the body says nothing of roles, they stay as they are.
    std::optional<std::vector<campus::Affiliation>> affiliations{};
};
Result<UserRecord> read_user(std::string id, const Json& body);

// "status": "tobedeleted" asks for removal, as in a delta file.
Result<bool> asks_for_removal(const Json& body);

}  // namespace homeroom::api
