// What a request is about: a post or one of its comments, `{"post": id}` or `{"comment": id}`.
#pragma once

#include <optional>
#include <string>

#include "features/feed/records.h"

namespace homeroom::features::feed {

struct Target {
    campus::Json json{};  // as the request has it
    std::string id{};
    Post post{};
    std::optional<Comment> comment{};  // nothing: the post itself

    const std::string& text() const { return comment ? comment->text : post.text; }
};

// The request's `target`, if the user may see it at this moment; else `not_found`.
Result<Target> requested_target(store::Database& db, const campus::Directory& directory,
                                std::string_view user, const campus::Json& request);

}  // namespace homeroom::features::feed
