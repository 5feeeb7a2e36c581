#include "features/feed/erasing.h"

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

Result<Json> erase_post(campus::WriteCall& call, const Post& post) {
    auto& db = call.transaction.db();
    // Whoever deletes what is another's is staff, and known by name.
    Author by{call.who.user, call.who.name};
    if (post.author.id == by.id) {
        TRY(by, face_of(db, call.directory, post, by));
    }
    TRY_OK(forget_post(call.transaction, post));
    TRY_OK(campus::unschedule(call.transaction, publishing_kind, post.id));
    if (post.files > 0) TRY_OK(erase_files(call.transaction, post.id));
    if (post.poll) TRY_OK(erase_poll(call.transaction, post.id));
    TRY_OK(run_each(
        db,
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
    TRY_OK(tidy_index(call.transaction));
    const Json answer{{"postId", post.id}};
    call.about = post.id;
    TRY_OK(announce(call.transaction, {.type = "post:deleted",
                                       .audience = post.audience(),
                                       .by = by,
                                       .subject = post.id,
                                       .body = answer}));
    return answer;
}

Result<Json> erase_comment(campus::WriteCall& call, const Comment& comment, const Post& post) {
    auto& db = call.transaction.db();
    TRY_OK(campus::forget(call.transaction, comment.id));
    TRY_OK(take_from_index(call.transaction, indexed(comment, post), comment.text));
    TRY_OK(run_each(
        db,
        {"DELETE FROM reactions WHERE target = ?", "DELETE FROM reaction_counts WHERE target = ?",
         "DELETE FROM versions WHERE target = ?", "DELETE FROM comments WHERE id = ?"},
        comment.id));
    TRY_OK(count_comment(db, post, -1));
    TRY_OK(tidy_index(call.transaction));
    const Json answer{{"postId", post.id}, {"commentId", comment.id}};
    TRY_OK(comment.author.id == call.who.user
               ? announce(call, "comment:deleted", post, comment.id, answer)
               : announce_by_name(call, "comment:deleted", post, comment.id, answer));
    return answer;
}

}  // namespace homeroom::features::feed
