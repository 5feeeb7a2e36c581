// REST of live classes, and what their media server tells and asks.
#pragma once

#include "api/router.h"
#include "campus/roster/directory.h"
#include "campus/surface.h"
#include "features/live/viewing.h"

namespace homeroom::api {

void add_live_routes(Router& router, campus::Surface& surface, const campus::Directory& directory,
                     features::live::Viewing& viewing);

}  // namespace homeroom::api
