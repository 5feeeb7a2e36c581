// /api/v1/events: any targeted event of another service.
#pragma once

#include "api/router.h"
#include "campus/surface.h"

namespace homeroom::api {

void add_event_routes(Router& router, campus::Surface& surface);

}  // namespace homeroom::api
