#include "features/feed/records.h"

namespace homeroom::features::feed {
namespace {

using store::Database;
using store::Statement;

// Columns in the order in which post_of() and comment_of() read them.
#define POST_COLUMNS \
    "row, id, room, author, author_name, text, visibility, created_at, edited_at, comments"
#define COMMENT_COLUMNS "row, id, post, author, author_name, text, reply_to, created_at, edited_at"

std::string text(const Statement& row, int column) {
    return std::string{row.text(column)};
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
              .comments = row.number(9)};
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
            .created_at = text(row, 7),
            .edited_at = text(row, 8)};
}

Error unknown(const char* thing, const char* field) {
    return Error{Code::not_found, std::string{"there is no such "} + thing, field};
}

}  // namespace

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

Result<std::vector<Post>> load_feed(Database& db, const FeedQuery& query) {
    auto select = db.statement(
        "SELECT " POST_COLUMNS
        " FROM posts WHERE room = ?1 AND row < ?2"
        " AND (visibility = 'everyone' OR author = ?3 OR (visibility = 'staff' AND ?4)"
        "      OR EXISTS (SELECT 1 FROM post_viewers WHERE post = posts.id AND user = ?3))"
        " ORDER BY row DESC LIMIT ?5");
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
