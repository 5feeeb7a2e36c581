// The demo's door: anyone may sign in as any of the demo school's people. Only with --demo;
// otherwise these routes do not exist.
#pragma once

#include <string>

#include "api/router.h"
#include "campus/roster/directory.h"

namespace homeroom::api {

// A server that listens for this machine alone is asked by this machine's names alone: a foreign
// page whose name was pointed here (DNS rebinding) must not sign in.
enum class DemoReach : std::uint8_t { this_machine, network };

void add_demo_routes(Router& router, const campus::Directory& directory, std::string signing_secret,
                     std::string issuer, std::string audience, DemoReach reach);

}  // namespace homeroom::api
