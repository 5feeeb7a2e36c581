// The demo's door: anyone may sign in as any of the demo school's people. Only with --demo; otherwise these routes do
// not exist.
#pragma once

#include <string>

#include "api/router.h"
#include "campus/roster/directory.h"

namespace homeroom::api {

void add_demo_routes(Router& router, const campus::Directory& directory, std::string signing_secret,
                     std::string issuer, std::string audience);

}  // namespace homeroom::api
