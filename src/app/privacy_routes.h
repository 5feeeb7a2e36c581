// The command line's way to a running server: POST /control/ask, over the data directory's control
// socket, carries out what the platform's back end may ask, too.
//
// { request: "export:read", body: {…} } → the answer
#pragma once

#include "api/router.h"
#include "campus/surface.h"

namespace homeroom::app {

void add_privacy_routes(api::Router& router, campus::Surface& surface);

}  // namespace homeroom::app
