// REST of the feed beyond posts, comments and reactions (user_routes.h): what the staff of a room
// do, polls, reports, search, attachments and their bytes.
#pragma once

#include "api/router.h"
#include "campus/roster/directory.h"
#include "campus/surface.h"
#include "features/feed/files/folder.h"

namespace homeroom::api {

void add_feed_routes(Router& router, campus::Surface& surface, const campus::Directory& directory);
// The bytes of attachments, in and out.
void add_attachment_routes(Router& router, campus::Surface& surface,
                           const campus::Directory& directory, features::feed::FileFolder& folder);

}  // namespace homeroom::api
