#include "base/clock.h"
#include "base/ids.h"
#include "base/limits.h"
#include "features/feed/records.h"
#include "features/feed/requests.h"
#include "features/feed/text.h"
#include "features/feed/view.h"

namespace homeroom::features::feed {
namespace {

// A reply answers a comment on the same post; one elsewhere is none at all, so that nothing is
// learnt of it.
Result<std::optional<Comment>> requested_parent(store::Database& db, const Json& request,
                                                const Post& post) {
    TRY(const auto reply_to,
        campus::optional_text(request, "replyTo", limits::identifier_bytes_max));
    if (!reply_to) return std::optional<Comment>{};
    TRY(const auto comment, load_comment(db, *reply_to));
    if (!comment || comment->post != post.id) {
        return Error{Code::not_found, "there is no such comment on this post", "replyTo"};
    }
    return comment;
}

// For whoever is told of answers: whose post and comment it is about.
Json notes_of(const Post& post, const std::optional<Comment>& parent, const Comment& comment) {
    return Json{{"author", comment.author.id},
                {"postAuthor", post.author.id},
                {"replyToAuthor", parent ? Json(parent->author.id) : Json(nullptr)}};
}

Status insert_comment(store::Database& db, const Comment& comment) {
    auto insert = db.statement(
        "INSERT INTO comments (id, post, author, author_name, text, created_at, reply_to) VALUES "
        "(?, ?, ?, ?, ?, ?, ?)");
    insert.bind_all(std::string_view{comment.id}, std::string_view{comment.post},
                    std::string_view{comment.author.id}, std::string_view{comment.author.name},
                    std::string_view{comment.text}, std::string_view{comment.created_at});
    if (comment.reply_to.empty()) {
        insert.bind_null(7);
    } else {
        insert.bind(7, std::string_view{comment.reply_to});
    }
    return insert.run();
}

Status erase_comment(store::Transaction& transaction, std::string_view id) {
    TRY_OK(campus::forget(transaction, id));
    for (const char* sql :
         {"DELETE FROM reactions WHERE target = ?", "DELETE FROM reaction_counts WHERE target = ?",
          "DELETE FROM comments WHERE id = ?"}) {
        TRY_OK(transaction.db().statement(sql).bind(1, id).run());
    }
    return Ok{};
}

Status count_comment(store::Database& db, const Post& post, std::int64_t change) {
    return db.statement("UPDATE posts SET comments = comments + ? WHERE id = ?")
        .bind_all(change, std::string_view{post.id})
        .run();
}

Result<CommentOnPost> requested_comment(const WriteCall& call, const Json& request) {
    TRY(const auto id, campus::required_text(request, "comment", limits::identifier_bytes_max));
    return visible_comment(call.transaction.db(), call.directory, call.who.user, id, "comment");
}

}  // namespace

Result<Json> create_comment(WriteCall& call, const Json& request) {
    auto& db = call.transaction.db();
    TRY(const auto post_id, campus::required_text(request, "post", limits::identifier_bytes_max));
    TRY(const auto post, visible_post(db, call.directory, call.who.user, post_id, "post"));
    Comment comment{.id = make_ulid(wall_now()),
                    .post = post.id,
                    .author = {call.who.user, call.who.name},
                    .created_at = call.transaction.at()};
    TRY(comment.text, required_content(request, limits::comment_text_bytes_max));
    TRY(const auto parent, requested_parent(db, request, post));
    if (parent) comment.reply_to = parent->id;
    TRY_OK(insert_comment(db, comment));
    TRY_OK(count_comment(db, post, 1));
    TRY(auto view, comment_view(db, call.directory, comment));
    view["mine"] = Json{{"reaction", nullptr}};
    TRY_OK(announce(call, "comment:created", post, comment.id,
                    Json{{"postId", post.id}, {"comment", view}}, notes_of(post, parent, comment)));
    return Json{{"comment", std::move(view)}};
}

Result<Json> update_comment(WriteCall& call, const Json& request) {
    auto& db = call.transaction.db();
    TRY(auto found, requested_comment(call, request));
    auto& [comment, post] = found;
    if (comment.author.id != call.who.user) {
        return Error{Code::forbidden, "only its author may change a comment", "comment"};
    }
    TRY(comment.text, required_content(request, limits::comment_text_bytes_max));
    comment.edited_at = call.transaction.at();
    TRY_OK(db.statement("UPDATE comments SET text = ?, edited_at = ? WHERE id = ?")
               .bind_all(std::string_view{comment.text}, std::string_view{comment.edited_at},
                         std::string_view{comment.id})
               .run());
    TRY(auto view, comment_view(db, call.directory, comment));
    TRY_OK(announce(call, "comment:updated", post, comment.id,
                    Json{{"postId", post.id}, {"comment", view}}));
    TRY(view["mine"], mine_view(db, call.who.user, comment.id));
    return Json{{"comment", std::move(view)}};
}

Result<Json> delete_comment(WriteCall& call, const Json& request) {
    auto& db = call.transaction.db();
    TRY(const auto found, requested_comment(call, request));
    const auto& [comment, post] = found;
    if (comment.author.id != call.who.user && !call.directory.is_staff(call.who.user, post.room)) {
        return Error{Code::forbidden, "only its author or the room's staff may delete a comment",
                     "comment"};
    }
    TRY_OK(erase_comment(call.transaction, comment.id));
    TRY_OK(count_comment(db, post, -1));
    const Json answer{{"postId", post.id}, {"commentId", comment.id}};
    TRY_OK(announce(call, "comment:deleted", post, comment.id, answer));
    return answer;
}

}  // namespace homeroom::features::feed
