// The roster's records for the platform's back end, under OneRoster's names below /api/v1: lists
// and single ones out of the store, PUT and DELETE of each; and who has the say over a record,
// where the roster has several sources.
//
// A change is idempotent, and answered after it is in force for live sockets.
#pragma once

#include "api/router.h"
#include "campus/roster/sources.h"
#include "campus/roster_service.h"

namespace homeroom::api {

struct RosterParts {
    campus::RosterService& roster;
    const campus::Directory& directory;
    store::Store& store;
    campus::Precedence precedence{};
};

void add_roster_routes(Router& router, const RosterParts& parts);

}  // namespace homeroom::api
