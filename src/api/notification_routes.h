// The inbox and what is chosen for it over REST, as over the socket.
#pragma once

#include "api/router.h"
#include "campus/roster/directory.h"
#include "campus/surface.h"

namespace homeroom::api {

void add_notification_routes(Router& router, campus::Surface& surface,
                             const campus::Directory& directory);

}  // namespace homeroom::api
