#include "base/clock.h"
#include "base/ids.h"
#include "base/limits.h"
#include "features/feed/records.h"
#include "features/feed/requests.h"
#include "features/feed/room_rules.h"
#include "features/feed/text.h"
#include "features/feed/view.h"

namespace homeroom::features::feed {
namespace {

struct PostDraft {
    std::string room{};
    std::string text{};
    Visibility visibility{};
};

// Fields that a client may expect but this version does not offer are not dropped in silence.
Status refuse_unoffered(const Json& request) {
    if (const auto found = request.find("attachments");
        found != request.end() && !found->is_null() && !(found->is_array() && found->empty())) {
        return Error{Code::invalid, "attachments are not offered yet", "attachments"};
    }
    if (const auto found = request.find("publishAt"); found != request.end() && !found->is_null()) {
        return Error{Code::invalid, "publishing later is not offered yet", "publishAt"};
    }
    return Ok{};
}

Result<PostDraft> check_post(const WriteCall& call, const Json& request) {
    PostDraft draft;
    TRY(draft.room, campus::required_text(request, "to", limits::identifier_bytes_max + 32));
    TRY_OK(require_feed(call.directory, call.who.user, draft.room, "to"));
    TRY(draft.text, required_content(request, limits::post_text_bytes_max));
    TRY_OK(refuse_unoffered(request));
    // Last, so that who is in the room cannot be tried out without leaving a post.
    TRY(draft.visibility, read_visibility(request, draft.room, call.directory));
    return draft;
}

Status insert_post(store::Database& db, const Post& post) {
    TRY_OK(db.statement(
                 "INSERT INTO posts (id, room, author, author_name, text, visibility, created_at) "
                 "VALUES (?, ?, ?, ?, ?, ?, ?)")
               .bind_all(std::string_view{post.id}, std::string_view{post.room},
                         std::string_view{post.author.id}, std::string_view{post.author.name},
                         std::string_view{post.text}, stored_kind(post.visibility),
                         std::string_view{post.created_at})
               .run());
    for (const std::string& user : post.visibility.users) {
        TRY_OK(db.statement("INSERT INTO post_viewers (post, user) VALUES (?, ?)")
                   .bind_all(std::string_view{post.id}, std::string_view{user})
                   .run());
    }
    return Ok{};
}

// What is remembered of the post and its comments. Comments that were deleted before are
// forgotten already.
Status forget_post(store::Transaction& transaction, std::string_view id) {
    auto comments = transaction.db().statement("SELECT id FROM comments WHERE post = ?");
    comments.bind(1, id);
    while (true) {
        TRY(const bool more, comments.step());
        if (!more) return campus::forget(transaction, id);
        TRY_OK(campus::forget(transaction, comments.text(0)));
    }
}

// A deleted post is gone with everything that hung on it, in the journal, too.
Status erase_post(store::Transaction& transaction, std::string_view id) {
    TRY_OK(forget_post(transaction, id));
    for (const char* sql : {
             "DELETE FROM reactions WHERE target = ?1 OR target IN (SELECT id FROM comments WHERE "
             "post = ?1)",
             "DELETE FROM reaction_counts WHERE target = ?1 OR target IN (SELECT id FROM comments "
             "WHERE post = ?1)",
             "DELETE FROM comments WHERE post = ?1",
             "DELETE FROM post_viewers WHERE post = ?1",
             "DELETE FROM posts WHERE id = ?1",
         }) {
        TRY_OK(transaction.db().statement(sql).bind(1, id).run());
    }
    return Ok{};
}

Result<Post> requested_post(const WriteCall& call, const Json& request) {
    TRY(const auto id, campus::required_text(request, "post", limits::identifier_bytes_max));
    return visible_post(call.transaction.db(), call.directory, call.who.user, id, "post");
}

}  // namespace

Result<Json> create_post(WriteCall& call, const Json& request) {
    TRY(auto draft, check_post(call, request));
    const Post post{.id = make_ulid(wall_now()),
                    .room = std::move(draft.room),
                    .author = {call.who.user, call.who.name},
                    .text = std::move(draft.text),
                    .visibility = std::move(draft.visibility),
                    .created_at = call.transaction.at()};
    TRY_OK(insert_post(call.transaction.db(), post));
    TRY(auto view, post_view(call.transaction.db(), call.directory, post));
    // Nobody has reacted yet, so `mine` is the same for all who get it.
    view["mine"] = Json{{"reaction", nullptr}};
    Json answer{{"post", std::move(view)}};
    TRY_OK(announce(call, "post:created", post, post.id, answer));
    return answer;
}

Result<Json> update_post(WriteCall& call, const Json& request) {
    TRY(auto post, requested_post(call, request));
    if (post.author.id != call.who.user)
        return Error{Code::forbidden, "only its author may change a post", "post"};
    TRY(post.text, required_content(request, limits::post_text_bytes_max));
    post.edited_at = call.transaction.at();
    auto& db = call.transaction.db();
    TRY_OK(db.statement("UPDATE posts SET text = ?, edited_at = ? WHERE id = ?")
               .bind_all(std::string_view{post.text}, std::string_view{post.edited_at},
                         std::string_view{post.id})
               .run());
    TRY(auto view, post_view(db, call.directory, post));
    Json answer{{"post", std::move(view)}};
    TRY_OK(announce(call, "post:updated", post, post.id, answer));
    TRY(answer["post"]["mine"], mine_view(db, call.who.user, post.id));
    return answer;
}

Result<Json> delete_post(WriteCall& call, const Json& request) {
    TRY(const auto post, requested_post(call, request));
    if (post.author.id != call.who.user && !call.directory.is_staff(call.who.user, post.room)) {
        return Error{Code::forbidden, "only its author or the room's staff may delete a post",
                     "post"};
    }
    TRY_OK(erase_post(call.transaction, post.id));
    const Json answer{{"postId", post.id}};
    TRY_OK(announce(call, "post:deleted", post, post.id, answer));
    return answer;
}

}  // namespace homeroom::features::feed
