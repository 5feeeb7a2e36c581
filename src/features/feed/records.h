// Posts and comments as they are stored, and how one is found by somebody who may see it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "campus/audience.h"
#include "campus/surface.h"
#include "features/feed/visibility.h"
#include "store/database.h"

namespace homeroom::features::feed {

struct Author {
    std::string id{};
    std::string name{};  // as it was when it was written
};

struct Post {
    std::int64_t row = 0;
    std::string id{};
    std::string room{};
    Author author{};
    std::string text{};
    Visibility visibility{};
    std::string created_at{};
    std::string edited_at{};  // empty: never
    std::int64_t comments = 0;

    campus::Audience audience() const { return audience_of(room, author.id, visibility); }
};

struct Comment {
    std::int64_t row = 0;
    std::string id{};
    std::string post{};
    Author author{};
    std::string text{};
    std::string reply_to{};  // a comment's id, or empty
    std::string created_at{};
    std::string edited_at{};
};

Result<std::optional<Post>> load_post(store::Database& db, std::string_view id);
Result<std::optional<Comment>> load_comment(store::Database& db, std::string_view id);

// The post that a request's field names, if `user` may see it at this moment; else `not_found`.
// Membership is judged after the row was read, so that nobody sees what was written after he left.
Result<Post> visible_post(store::Database& db, const campus::Directory& directory,
                          std::string_view user, std::string_view id, const char* field);
// A comment and its post, likewise.
struct CommentOnPost {
    Comment comment{};
    Post post{};
};
Result<CommentOnPost> visible_comment(store::Database& db, const campus::Directory& directory,
                                      std::string_view user, std::string_view id,
                                      const char* field);

// A page of a room's posts, newest first, that the user could see when it was read; `staff` is his
// standing then.
struct FeedQuery {
    std::string_view room{};
    std::string_view user{};
    bool staff = false;
    std::int64_t before = INT64_MAX;  // rows older than this
    std::size_t limit = 0;
};
Result<std::vector<Post>> load_feed(store::Database& db, const FeedQuery& query);

// The last `limit` comments older than `before`, newest first.
Result<std::vector<Comment>> load_comments(store::Database& db, std::string_view post,
                                           std::int64_t before, std::size_t limit);

}  // namespace homeroom::features::feed
