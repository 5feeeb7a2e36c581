// What is deleted is gone, with everything that hung on it, in the journal too.
#pragma once

#include "campus/surface.h"
#include "features/feed/records.h"

namespace homeroom::features::feed {

// Erases it, tells whoever could see it, and gives the answer: { postId }, { postId, commentId }.
Result<campus::Json> erase_post(campus::WriteCall& call, const Post& post);
Result<campus::Json> erase_comment(campus::WriteCall& call, const Comment& comment,
                                   const Post& post);

}  // namespace homeroom::features::feed
