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

#include <optional>
#include <span>
#include <string>

#include "campus/audience.h"
#include "campus/surface.h"

namespace homeroom::features::feed {

void register_feed(campus::Surface& surface);
std::span<const store::Migration> feed_migrations();

// Those who may see a post that `user` may see too; else `not_found`. For what else is told of it
// while it is read (typing).
Result<std::optional<campus::Audience>> readers_of_post(store::Database& db,
                                                        const campus::Directory& directory,
                                                        const std::string& user,
                                                        const std::string& post);

}  // namespace homeroom::features::feed
