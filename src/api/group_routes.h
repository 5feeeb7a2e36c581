// Study groups over REST: the same requests as over the socket; and PUT and DELETE of the
// platform's back end.
#pragma once

#include "api/router.h"
#include "campus/roster/directory.h"
#include "campus/surface.h"

namespace homeroom::api {

void add_group_routes(Router& router, campus::Surface& surface, const campus::Directory& directory);

}  // namespace homeroom::api
