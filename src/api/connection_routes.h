// GET /api/v1/connections: who is connected now, over what and in which rooms. For the platform's
// own staff, by its back end, as what is in api/platform_routes.h is; each page is in the audit
// log.
#pragma once

#include "api/router.h"
#include "campus/connection_list.h"
#include "campus/surface.h"

namespace homeroom::api {

struct ConnectionParts {
    campus::ConnectionList& connections;
    campus::Surface& surface;
    const campus::Directory& directory;
    store::Store& store;
};
// The parts outlive the router.
void add_connection_routes(Router& router, const ConnectionParts& parts);

}  // namespace homeroom::api
