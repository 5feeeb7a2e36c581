// What a user's token reads and writes over REST: the same requests as over the socket, through the
// same surface.
#pragma once

#include "api/router.h"
#include "campus/roster/directory.h"
#include "campus/surface.h"

namespace homeroom::api {

void add_user_routes(Router& router, campus::Surface& surface, const campus::Directory& directory);

}  // namespace homeroom::api
