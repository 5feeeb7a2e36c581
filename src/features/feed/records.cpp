#include "features/feed/records.h"

#include "base/limits.h"

namespace homeroom::features::feed {
namespace {

using store::Database;
using store::Statement;

// Columns in the order in which post_of() and comment_of() read them.
#define POST_COLUMNS                                                                          \
    "row, id, room, author, author_name, text, visibility, created_at, edited_at, comments, " \
    "mentions, pinned, locked, state, publish_at, published_at, anonymous, pseudonyms, "      \
    "poll, files, moment"
#define VISIBLE_TO_USER                                                             \
    " AND (visibility = 'everyone' OR author = ?3 OR (visibility = 'staff' AND ?4)" \
    "      OR EXISTS (SELECT 1 FROM post_viewers WHERE post = posts.id AND user = ?3))"
#define COMMENT_COLUMNS                                                                     \
    "row, id, post, author, author_name, text, reply_to, created_at, edited_at, mentions, " \
    "anonymous, endorser, endorser_name"

std::string text(const Statement& row, int column) {
    return std::string{row.text(column)};
}

// What is not understood is seen by its author and the staff alone.
Post::State state_from_stored(std::string_view text) {
    if (text == "published") return Post::State::published;
    return text == "scheduled" ? Post::State::scheduled : Post::State::held;
}

Result<Post> post_of(Database& db, const Statement& row) {
    Post post{.row = row.number(0),
              .id = text(row, 1),
              .room = text(row, 2),
              .author = {text(row, 3), text(row, 4)},
              .text = text(row, 5),
              .visibility = {},
              .created_at = text(row, 7),
              .edited_at = text(row, 8),
              .comments = row.number(9),
              .mentions = users_from_stored(row.text(10)),
              .pinned = row.number(11) != 0,
              .locked = row.number(12) != 0,
              .state = state_from_stored(row.text(13)),
              .publish_at = text(row, 14),
              .published_at = text(row, 15),
              .anonymous = row.number(16) != 0,
              .pseudonyms = row.number(17),
              .poll = row.number(18) != 0,
              .files = row.number(19),
              .moment = static_cast<store::Seq>(row.number(20))};
    TRY(post.visibility.kind, kind_from_stored(row.text(6)));
    if (post.visibility.kind != Visibility::Kind::users) return post;
    auto viewers = db.statement("SELECT user FROM post_viewers WHERE post = ? ORDER BY user");
    viewers.bind(1, std::string_view{post.id});
    while (true) {
        TRY(const bool more, viewers.step());
        if (!more) return post;
        post.visibility.users.push_back(text(viewers, 0));
    }
}

Comment comment_of(const Statement& row) {
    return {.row = row.number(0),
            .id = text(row, 1),
            .post = text(row, 2),
            .author = {text(row, 3), text(row, 4)},
            .text = text(row, 5),
            .reply_to = text(row, 6),
            .mentions = users_from_stored(row.text(9)),
            .created_at = text(row, 7),
            .edited_at = text(row, 8),
            .anonymous = row.number(10) != 0,
            .endorser = {text(row, 11), text(row, 12)}};
}

Error unknown(const char* thing, const char* field) {
    return Error{Code::not_found, std::string{"there is no such "} + thing, field};
}

// Each is a search in an index of its own: posts_of_room, posts_pinned, posts_waiting.
const char* sql_of(FeedQuery::Only only) {
    switch (only) {
        case FeedQuery::Only::published:
            return "SELECT " POST_COLUMNS
                   " FROM posts WHERE room = ?1 AND row < ?2 AND state = "
                   "'published'" VISIBLE_TO_USER " ORDER BY row DESC LIMIT ?5";
        case FeedQuery::Only::pinned:
            return "SELECT " POST_COLUMNS
                   " FROM posts WHERE room = ?1 AND row < ?2 AND pinned = 1"
                   " AND state = 'published'" VISIBLE_TO_USER " ORDER BY row DESC LIMIT ?5";
        case FeedQuery::Only::scheduled: break;
    }
    return "SELECT " POST_COLUMNS
           " FROM posts WHERE room = ?1 AND row < ?2 AND state <> 'published'"
           " AND (author = ?3 OR (?4 AND visibility <> 'users'))"
           " ORDER BY row DESC LIMIT ?5";
}

}  // namespace

std::string_view to_string(Post::State state) {
    switch (state) {
        case Post::State::published: return "published";
        case Post::State::scheduled: return "scheduled";
        case Post::State::held: return "held";
    }
    return "";
}

campus::Audience Post::audience() const {
    if (published()) return readers();
    if (visibility.kind == Visibility::Kind::users)
        return campus::Audience::users(room, {author.id}).at(moment);
    return campus::Audience::staff(room, author.id).at(moment);
}

Result<std::optional<Post>> load_post(Database& db, std::string_view id) {
    auto select = db.statement("SELECT " POST_COLUMNS " FROM posts WHERE id = ?");
    select.bind(1, id);
    TRY(const bool found, select.step());
    if (!found) return std::optional<Post>{};
    TRY(auto post, post_of(db, select));
    return std::optional<Post>{std::move(post)};
}

Result<std::optional<Comment>> load_comment(Database& db, std::string_view id) {
    auto select = db.statement("SELECT " COMMENT_COLUMNS " FROM comments WHERE id = ?");
    select.bind(1, id);
    TRY(const bool found, select.step());
    if (!found) return std::optional<Comment>{};
    return std::optional<Comment>{comment_of(select)};
}

Result<Post> visible_post(Database& db, const campus::Directory& directory, std::string_view user,
                          std::string_view id, const char* field) {
    TRY(auto post, load_post(db, id));
    if (!post || !post->audience().admits(user, directory)) return unknown("post", field);
    return std::move(*post);
}

Result<CommentOnPost> visible_comment(Database& db, const campus::Directory& directory,
                                      std::string_view user, std::string_view id,
                                      const char* field) {
    TRY(auto comment, load_comment(db, id));
    if (!comment) return unknown("comment", field);
    TRY(auto post, load_post(db, comment->post));
    if (!post || !post->audience().admits(user, directory)) return unknown("comment", field);
    return CommentOnPost{std::move(*comment), std::move(*post)};
}

Result<Post> requested_post(const campus::WriteCall& call, const campus::Json& request) {
    TRY(const auto id, campus::required_text(request, "post", limits::identifier_bytes_max));
    return visible_post(call.transaction.db(), call.directory, call.who.user, id, "post");
}

Result<CommentOnPost> requested_comment(const campus::WriteCall& call,
                                        const campus::Json& request) {
    TRY(const auto id, campus::required_text(request, "comment", limits::identifier_bytes_max));
    return visible_comment(call.transaction.db(), call.directory, call.who.user, id, "comment");
}

Result<std::vector<Post>> load_feed(Database& db, const FeedQuery& query) {
    auto select = db.statement(sql_of(query.only));
    select.bind_all(query.room, query.before, query.user, std::int64_t{query.staff},
                    static_cast<std::int64_t>(query.limit));
    std::vector<Post> posts;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return posts;
        TRY(auto post, post_of(db, select));
        posts.push_back(std::move(post));
    }
}

Result<std::vector<Comment>> load_comments(Database& db, std::string_view post, std::int64_t before,
                                           std::size_t limit) {
    auto select =
        db.statement("SELECT " COMMENT_COLUMNS
                     " FROM comments WHERE post = ? AND row < ? ORDER BY row DESC LIMIT ?");
    select.bind_all(post, before, static_cast<std::int64_t>(limit));
    std::vector<Comment> comments;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return comments;
        comments.push_back(comment_of(select));
    }
}

}  // namespace homeroom::features::feed
