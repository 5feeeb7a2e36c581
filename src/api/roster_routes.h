// PUT and DELETE of the roster's records by the platform's back end, under /api/v1. Idempotent;
// answered after the change is in force for live sockets.
#pragma once

#include "api/router.h"
#include "campus/roster_service.h"

namespace homeroom::api {

void add_roster_routes(Router& router, campus::RosterService& roster,
                       const campus::Directory& directory);

}  // namespace homeroom::api
