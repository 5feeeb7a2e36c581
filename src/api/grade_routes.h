// Grades over REST: a user's token reads, the platform's back end publishes.
#pragma once

#include "api/router.h"
#include "campus/roster/directory.h"
#include "campus/surface.h"

namespace homeroom::api {

void add_grade_routes(Router& router, campus::Surface& surface, const campus::Directory& directory);

}  // namespace homeroom::api
