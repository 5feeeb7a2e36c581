// Under which name somebody is seen in a thread (a post with its comments): his own, or a
// pseudonym.
//
// One person has one face in a thread. A pseudonym is random, kept with the thread and gone with
// it; its id begins with "~", which no id of the roster can. Nothing leads from it to the person
// but the row here, which only answers to the room's staff use, and only where the school lets them
// (feed.anonymous_names).
#pragma once

#include <string_view>

#include "campus/surface.h"
#include "features/feed/records.h"

namespace homeroom::features::feed {

// As everybody sees `who` act in the thread: every event about it names him so.
Result<Author> face_of(store::Database& db, const campus::Directory& directory, const Post& post,
                       const Author& who);
// As everybody sees the author of the thread's post or of a comment on it.
Result<Author> author_face(store::Database& db, const campus::Directory& directory,
                           std::string_view thread, const Author& author, bool anonymous);

// The request's `anonymous`, with what stands against it: the school, or that the post names its
// readers.
Result<bool> requested_anonymity(const campus::WriteCall& call, const campus::Json& request,
                                 const Post& post);
// Whether the caller comments under a pseudonym: he asks for it, or has one in the thread already,
// which he keeps. Makes it if need be; `conflict` for whoever was seen there by name.
Result<bool> comment_anonymously(campus::WriteCall& call, const campus::Json& request, Post& post);
// Gives the author of a new post his pseudonym.
Status hide_author(campus::WriteCall& call, Post& post);

campus::Json to_json(const Author& face);  // { id, name }

}  // namespace homeroom::features::feed
