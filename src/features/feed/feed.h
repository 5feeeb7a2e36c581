// The feed: posts, comments and reactions in the rooms of classes, courses, institutions and
// groups.
//
//   post:create, :update, :delete, :get; feed:list           posts.cpp, erasing.cpp, reading.cpp
//   comment:create, :update, :delete; comment:endorse        comments.cpp, endorsing.cpp
//   reaction:set                                             reactions.cpp
//   what is to be published later                            publishing.cpp
//   who is mentioned, who is anonymous                       mentions.cpp, faces.cpp
//   poll:vote, :close                                        polls/
//   post:pin, :lock, :move; feed:mute, :slow, …, :history; report:… moderation/
//   feed:search                                              search/
//   attachment:create, :link, and the files                  files/
//
// Rules (docs/decisions/0012-feed.md): any member of the room may post, comment, react, vote and
// report, unless he is muted there or the post is locked. Whoever may not see a post gets the same
// `not_found` as for one that never was. An author changes his own; the author or the room's staff
// deletes; the staff alone do what moderation/ has. Every event about a post goes to those who may
// see the post, and has nothing in it that one of them may not see.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "campus/audience.h"
#include "campus/personal_data.h"
#include "campus/schedule.h"
#include "campus/surface.h"

namespace homeroom::features::feed {

void register_feed(campus::Surface& surface);
void register_feed(campus::Schedule& schedule);
std::span<const store::Migration> feed_migrations();
// What it keeps of people (campus/personal_data.h).
campus::PersonalData personal_data();

// Whether somebody may only read in a room at this moment: who cannot write is not about to.
Result<bool> is_silent_in(store::Database& db, const campus::Directory& directory,
                          const std::string& user, const std::string& room);
// Those who may see a post that `user` may see too; else `not_found`. For what else is told of it
// while it is read (typing). Nothing where somebody has a pseudonym, or he may not write.
Result<std::optional<campus::Audience>> readers_of_post(store::Database& db,
                                                        const campus::Directory& directory,
                                                        const std::string& user,
                                                        const std::string& post);

}  // namespace homeroom::features::feed
