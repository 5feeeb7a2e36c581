// The roster's records for the platform's back end, under OneRoster's names below /api/v1: lists
// and single ones out of the store, PUT and DELETE of each; and who has the say over a record,
// where the roster has several sources.
//
// A change is idempotent, and answered after it is in force for live sockets.
#pragma once

#include <string>
#include <string_view>

#include "api/router.h"
#include "campus/roster/sources.h"
#include "campus/roster_service.h"
#include "campus/surface.h"

namespace homeroom::api {

struct RosterParts {
    campus::RosterService& roster;
    const campus::Directory& directory;
    store::Store& store;
    campus::Precedence precedence{};
};

void add_roster_routes(Router& router, const RosterParts& parts);

// The same without REST: what a change called "enrollment:put" or "enrollment:delete" (user, org,
// course, class, academicSession) makes of a body that has its id as `sourcedId`, with the claims
// and the entry in the audit log that PUT and DELETE make. On the writer thread.
bool is_roster_change(std::string_view name);
Result<campus::Directory::Changes> roster_change(store::Transaction& transaction,
                                                 const RosterParts& parts, const std::string& actor,
                                                 std::string_view name, const campus::Json& body);

}  // namespace homeroom::api
