// Posts and comments as they are stored, and how one is found by somebody who may see it. How they
// are written: storing.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "campus/audience.h"
#include "campus/surface.h"
#include "features/feed/mentions.h"
#include "features/feed/visibility.h"
#include "store/database.h"

namespace homeroom::features::feed {

struct Author {
    std::string id{};
    std::string name{};  // as it was when it was written
};

struct Post {
    enum class State : std::uint8_t { published, scheduled, held };

    std::int64_t row = 0;
    std::string id{};
    std::string room{};
    Author author{};  // the true one, also where others see a pseudonym
    std::string text{};
    Visibility visibility{};
    std::string created_at{};
    std::string edited_at{};  // empty: never
    std::int64_t comments = 0;
    UserIds mentions{};
    bool pinned = false;
    bool locked = false;
    State state = State::published;
    std::string publish_at{};    // empty: at once
    std::string published_at{};  // empty: at once, or not yet
    bool anonymous = false;
    std::int64_t pseudonyms = 0;  // how many in its thread
    bool poll = false;            // has one
    std::int64_t files = 0;       // how many
    store::Seq moment = 0;        // of the journal: when it came to be, or was published

    bool published() const { return state == State::published; }
    // Those whom it is for.
    campus::Audience readers() const { return audience_of(room, author.id, visibility).at(moment); }
    // Those who may see it now: until it is published its author, and the staff unless it names its
    // readers.
    campus::Audience audience() const;
};

struct Comment {
    std::int64_t row = 0;
    std::string id{};
    std::string post{};
    Author author{};
    std::string text{};
    std::string reply_to{};  // a comment's id, or empty
    UserIds mentions{};
    std::string created_at{};
    std::string edited_at{};
    bool anonymous = false;
    Author endorser{};  // without id: nobody
};

std::string_view to_string(Post::State state);

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
// The same of a write's fields `post` and `comment`.
Result<Post> requested_post(const campus::WriteCall& call, const campus::Json& request);
Result<CommentOnPost> requested_comment(const campus::WriteCall& call, const campus::Json& request);

// A page of a room's posts, newest first, that the user could see when it was read; `staff` is his
// standing then.
struct FeedQuery {
    enum class Only : std::uint8_t { published, pinned, scheduled };

    std::string_view room{};
    std::string_view user{};
    bool staff = false;
    Only only = Only::published;
    std::int64_t before = INT64_MAX;  // rows older than this
    std::size_t limit = 0;
};
Result<std::vector<Post>> load_feed(store::Database& db, const FeedQuery& query);

// The last `limit` comments older than `before`, newest first.
Result<std::vector<Comment>> load_comments(store::Database& db, std::string_view post,
                                           std::int64_t before, std::size_t limit);

}  // namespace homeroom::features::feed
