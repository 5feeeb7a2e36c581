// How posts and comments are written. Inside a command only.
#pragma once

#include "features/feed/records.h"

namespace homeroom::features::feed {

Status insert_post(store::Database& db, const Post& post);
// Its text, mentions, state and times.
Status store_changes(store::Database& db, const Post& post);
// Makes it the newest of all posts. Places count up, and none is ever used again.
Status move_to_head(store::Database& db, const Post& post);

Status insert_comment(store::Database& db, const Comment& comment);
Status store_changes(store::Database& db, const Comment& comment);  // its text and mentions
Status store_endorser(store::Database& db, const Comment& comment);
Status count_comment(store::Database& db, const Post& post, std::int64_t change);

}  // namespace homeroom::features::feed
