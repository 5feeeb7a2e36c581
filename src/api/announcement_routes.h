// Announcements over REST, as over the socket, and the platform's alerts.
#pragma once

#include "api/router.h"
#include "campus/roster/directory.h"
#include "campus/surface.h"

namespace homeroom::api {

void add_announcement_routes(Router& router, campus::Surface& surface,
                             const campus::Directory& directory);

}  // namespace homeroom::api
