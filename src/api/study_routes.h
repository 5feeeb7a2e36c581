// Study sessions over REST, as over the socket; attendance as a table for spreadsheets, too. Who is
// in a session is so with a connection: joining and what is shared are the socket's alone.
#pragma once

#include "api/router.h"
#include "campus/roster/directory.h"
#include "campus/surface.h"

namespace homeroom::api {

void add_study_routes(Router& router, campus::Surface& surface, const campus::Directory& directory);

}  // namespace homeroom::api
