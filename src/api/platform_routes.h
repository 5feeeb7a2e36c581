// What the platform's own staff ask about people, by its back end: why somebody got an event, the
// audit log, a person's data and its erasure, legal holds. To everybody else none of it is there.
#pragma once

#include "api/router.h"
#include "campus/surface.h"

namespace homeroom::api {

void add_platform_routes(Router& router, campus::Surface& surface);

}  // namespace homeroom::api
