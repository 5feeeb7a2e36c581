// The feed: posts, comments and reactions in the rooms of classes, courses, institutions and
// groups.
//
//   post:create, post:update, post:delete, post:get, feed:list        posts.cpp, reading.cpp
//   comment:create, comment:update, comment:delete                    comments.cpp
//   reaction:set                                                      reactions.cpp
//
// Rules: any member of the room may post, comment and react. Whoever may not see a post gets the
// same `not_found` as for one that never was. An author changes his own; the author or the room's
// staff deletes. Every event about a post goes to those who may see the post.
#pragma once

#include <span>

#include "campus/surface.h"

namespace homeroom::features::feed {

void register_feed(campus::Surface& surface);
std::span<const store::Migration> feed_migrations();

}  // namespace homeroom::features::feed
