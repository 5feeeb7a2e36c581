// Calls over REST: one's history, what one may do without being in one, such as declining from a
// notification, and for who leads one: who comes in, who is muted, and who was there.
#pragma once

#include "api/router.h"
#include "campus/roster/directory.h"
#include "campus/surface.h"

namespace homeroom::api {

void add_call_routes(Router& router, campus::Surface& surface, const campus::Directory& directory);

}  // namespace homeroom::api
