// How a post becomes seen: at once, or when its time has come (campus/schedule). Until then its
// author has it, and the room's staff unless it names its readers.
#pragma once

#include "base/clock.h"
#include "campus/schedule.h"
#include "features/feed/records.h"

namespace homeroom::features::feed {

inline constexpr const char* publishing_kind = "post";

// Lets it wait for its time. It is not stored by it.
Status plan(store::Transaction& transaction, Post& post, WallTime due);
Status require_place_to_wait(store::Database& db, const Post& post);

// Of one that has waited: its place in the feed is that of this moment.
Status publish_now(store::Transaction& transaction, const campus::Directory& directory, Post& post);
// The schedule's handler: its author must still be in the room, with a voice there.
Status publish_due(campus::DueCall& call);

// The event `post:created`. Gives what it says, which is its author's answer, too, unless he is
// anonymous.
Result<campus::Json> tell_of_new(store::Transaction& transaction,
                                 const campus::Directory& directory, const Post& post);
// The events `post:scheduled` and `post:updated`.
Status tell_of_waiting(campus::WriteCall& call, const Post& post);
Status tell_of_change(campus::WriteCall& call, const Post& post, const UserIds& mentioned_before);

}  // namespace homeroom::features::feed
