// PUT and DELETE of the roster's records by the platform's back end, under /api/v1. Idempotent;
// answered after the change is in force for live sockets.
#pragma once

#include <string_view>

#include "api/router.h"
#include "campus/roster_service.h"
#include "campus/surface.h"

namespace homeroom::api {

void add_roster_routes(Router& router, campus::RosterService& roster,
                       const campus::Directory& directory);

// The same without REST: what a change called "enrollment:put" or "enrollment:delete" (user, org,
// course, class, …) makes of a body that has its id as `sourcedId`. On the writer thread.
bool is_roster_change(std::string_view name);
Result<campus::Directory::Changes> roster_change(std::string_view name, const campus::Json& body,
                                                 const campus::Directory& directory);

}  // namespace homeroom::api
