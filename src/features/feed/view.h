// Posts, comments and events in the contract's JSON.
#pragma once

#include <string>
#include <string_view>

#include "campus/surface.h"
#include "features/feed/records.h"

namespace homeroom::features::feed {

// {"like": 3, …}: how many of each kind, in the order of the kinds.
Result<campus::Json> reaction_counts(store::Database& db, std::string_view target);

// As everybody sees it: without `mine`.
Result<campus::Json> post_view(store::Database& db, const campus::Directory& directory,
                               const Post& post);
Result<campus::Json> comment_view(store::Database& db, const campus::Directory& directory,
                                  const Comment& comment);

// `mine` of this user: { "reaction": kind | null }.
Result<campus::Json> mine_view(store::Database& db, std::string_view user, std::string_view target);

// Announces to those who may see `post`; `body` is what the event says beside its envelope.
// `subject` is the id of the post or comment with which the event and the answer are to be
// forgotten. `notes` are for what is derived from it, and for no client.
Status announce(campus::WriteCall& call, std::string_view type, const Post& post,
                const std::string& subject, const campus::Json& body,
                const campus::Json& notes = nullptr);

}  // namespace homeroom::features::feed
