#include "features/feed/erasing.h"

#include "campus/personal_data.h"
#include "campus/schedule.h"
#include "features/feed/files/file.h"
#include "features/feed/polls/poll.h"
#include "features/feed/publishing.h"
#include "features/feed/search/index.h"
#include "features/feed/storing.h"
#include "features/feed/view.h"

namespace homeroom::features::feed {
namespace {

using campus::Json;

Status run_each(store::Database& db, std::initializer_list<const char*> statements,
                std::string_view id) {
    for (const char* sql : statements) TRY_OK(db.statement(sql).bind(1, id).run());
    return Ok{};
}

// What is remembered of the post and its comments. Comments that were deleted before are
// forgotten already.
Status forget_post(store::Transaction& transaction, const Post& post) {
    auto& db = transaction.db();
    auto comments = db.statement("SELECT id, text FROM comments WHERE post = ?");
    comments.bind(1, std::string_view{post.id});
    while (true) {
        TRY(const bool more, comments.step());
        if (!more) break;
        TRY_OK(campus::forget(transaction, comments.text(0)));
        TRY_OK(
            take_from_index(transaction, {comments.text(0), post.id, post.room}, comments.text(1)));
    }
    TRY_OK(take_from_index(transaction, indexed(post), post.text));
    return campus::forget(transaction, post.id);
}

}  // namespace

Status remove_post(store::Transaction& transaction, const Post& post,
                   const std::optional<Author>& by) {
    TRY_OK(forget_post(transaction, post));
    TRY_OK(campus::unschedule(transaction, publishing_kind, post.id));
    if (post.files > 0) TRY_OK(erase_files(transaction, post.id));
    if (post.poll) TRY_OK(erase_poll(transaction, post.id));
    TRY_OK(run_each(
        transaction.db(),
        {
            "DELETE FROM reactions WHERE target = ?1 OR target IN (SELECT id FROM comments WHERE "
            "post = ?1)",
            "DELETE FROM reaction_counts WHERE target = ?1 OR target IN (SELECT id FROM comments "
            "WHERE post = ?1)",
            "DELETE FROM versions WHERE target = ?1 OR target IN (SELECT id FROM comments WHERE "
            "post = ?1)",
            "DELETE FROM comments WHERE post = ?1",
            "DELETE FROM post_viewers WHERE post = ?1",
            "DELETE FROM pseudonyms WHERE post = ?1",
            "DELETE FROM posts WHERE id = ?1",
        },
        post.id));
    return announce(transaction, {.type = "post:deleted",
                                  .audience = post.audience(),
                                  .by = by,
                                  .subject = post.id,
                                  .body = Json{{"postId", post.id}}});
}

Status remove_comment(store::Transaction& transaction, const Comment& comment, const Post& post,
                      const std::optional<Author>& by) {
    auto& db = transaction.db();
    TRY_OK(campus::forget(transaction, comment.id));
    TRY_OK(take_from_index(transaction, indexed(comment, post), comment.text));
    TRY_OK(run_each(
        db,
        {"DELETE FROM reactions WHERE target = ?", "DELETE FROM reaction_counts WHERE target = ?",
         "DELETE FROM versions WHERE target = ?", "DELETE FROM comments WHERE id = ?"},
        comment.id));
    TRY_OK(count_comment(db, post, -1));
    return announce(transaction, {.type = "comment:deleted",
                                  .audience = post.audience(),
                                  .by = by,
                                  .subject = comment.id,
                                  .body = Json{{"postId", post.id}, {"commentId", comment.id}}});
}

Status empty_post(store::Transaction& transaction, const campus::Directory& directory, Post post) {
    auto& db = transaction.db();
    TRY_OK(campus::forget(transaction, post.id));
    TRY_OK(change_in_index(transaction, indexed(post), post.text, campus::erased_text));
    if (post.files > 0) TRY_OK(erase_files(transaction, post.id));
    if (post.poll) TRY_OK(erase_poll(transaction, post.id));
    TRY_OK(run_each(db,
                    {"DELETE FROM versions WHERE target = ?",
                     "DELETE FROM pseudonyms WHERE post = ?1"
                     " AND user = (SELECT author FROM posts WHERE id = ?1)"},
                    post.id));
    post.text = campus::erased_text;
    post.author = {std::string{campus::erased_id}, std::string{campus::erased_name}};
    post.mentions.clear();
    post.files = 0;
    post.poll = false;
    TRY_OK(db.statement("UPDATE posts SET author = ?, author_name = ?, text = ?, mentions = NULL,"
                        " files = 0, poll = 0 WHERE id = ?")
               .bind_all(std::string_view{post.author.id}, std::string_view{post.author.name},
                         std::string_view{post.text}, std::string_view{post.id})
               .run());
    TRY(auto view, post_view(db, directory, post));
    return announce(transaction, {.type = "post:updated",
                                  .audience = post.audience(),
                                  .subject = post.id,
                                  .body = Json{{"post", std::move(view)}}});
}

Result<Json> erase_post(campus::WriteCall& call, const Post& post) {
    // Whoever deletes what is another's is staff, and known by name.
    Author by{call.who.user, call.who.name};
    if (post.author.id == by.id) {
        TRY(by, face_of(call.transaction.db(), call.directory, post, by));
    }
    call.about = post.id;
    TRY_OK(remove_post(call.transaction, post, by));
    TRY_OK(tidy_index(call.transaction));
    return Json{{"postId", post.id}};
}

Result<Json> erase_comment(campus::WriteCall& call, const Comment& comment, const Post& post) {
    Author by{call.who.user, call.who.name};
    if (comment.author.id == by.id) {
        TRY(by, face_of(call.transaction.db(), call.directory, post, by));
    }
    call.about = comment.id;
    TRY_OK(remove_comment(call.transaction, comment, post, by));
    TRY_OK(tidy_index(call.transaction));
    return Json{{"postId", post.id}, {"commentId", comment.id}};
}

}  // namespace homeroom::features::feed
