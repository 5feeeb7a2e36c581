// What is deleted is gone, with everything that hung on it, in the journal too.
#pragma once

#include <optional>

#include "campus/surface.h"
#include "features/feed/records.h"

namespace homeroom::features::feed {

// Erases it, tells whoever could see it, and gives the answer: { postId }, { postId, commentId }.
Result<campus::Json> erase_post(campus::WriteCall& call, const Post& post);
Result<campus::Json> erase_comment(campus::WriteCall& call, const Comment& comment,
                                   const Post& post);

// The same by whoever `by` says, nobody for the server itself, of one or of many; tidy_index()
// belongs behind the last.
Status remove_post(store::Transaction& transaction, const Post& post,
                   const std::optional<Author>& by);
Status remove_comment(store::Transaction& transaction, const Comment& comment, const Post& post,
                      const std::optional<Author>& by);
// What its author wrote is gone, and he is nobody; what others wrote under it stays.
Status empty_post(store::Transaction& transaction, const campus::Directory& directory, Post post);

}  // namespace homeroom::features::feed
