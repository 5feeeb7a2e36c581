#include "base/clock.h"
#include "base/ids.h"
#include "base/limits.h"
#include "campus/audit_requests.h"
#include "features/feed/erasing.h"
#include "features/feed/moderation/history.h"
#include "features/feed/moderation/standing.h"
#include "features/feed/requests.h"
#include "features/feed/search/index.h"
#include "features/feed/storing.h"
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

// For whoever is told of answers and mentions: whose post and comment it is about, by their true
// ids.
Json notes_of(const Post& post, const std::optional<Comment>& parent, const Comment& comment,
              const UserIds& mentioned_before) {
    return Json{
        {"author", comment.author.id},
        {"postAuthor", post.author.id},
        {"replyToAuthor", parent ? Json(parent->author.id) : Json(nullptr)},
        {"mentioned", newly_mentioned(comment.mentions, mentioned_before, comment.author.id)}};
}

Json body_of(const Post& post, const Json& view) {
    return Json{{"postId", post.id}, {"comment", view}};
}

// The text, and who is mentioned by it.
Result<Mentions> read_content(const WriteCall& call, const Json& request, const Post& post,
                              Comment& comment) {
    TRY(comment.text, campus::required_words(request, "text", limits::comment_text_bytes_max));
    TRY(auto mentions, requested_mentions(request, {call.who.user, post.room, comment.mentions},
                                          post.audience(), call.directory));
    comment.mentions = std::move(mentions.kept);
    return mentions;
}

}  // namespace

Result<Json> create_comment(WriteCall& call, const Json& request) {
    auto& db = call.transaction.db();
    TRY(auto post, requested_post(call, request));
    Comment comment{.id = make_ulid(wall_now()),
                    .post = post.id,
                    .author = {call.who.user, call.who.name},
                    .created_at = call.transaction.at()};
    TRY(const auto mentions, read_content(call, request, post, comment));
    TRY(const auto parent, requested_parent(db, request, post));
    if (parent) comment.reply_to = parent->id;
    TRY_OK(require_open(call, post, "post"));
    TRY(comment.anonymous, comment_anonymously(call, request, post));
    TRY_OK(take_turn(call, post.room));
    TRY_OK(insert_comment(db, comment));
    TRY_OK(add_to_index(call.transaction, indexed(comment, post), comment.text));
    TRY_OK(count_comment(db, post, 1));
    TRY(auto view, comment_view(db, call.directory, comment));
    // Nobody has reacted yet, so `mine` is the same for all who get it.
    view["mine"] = Json{{"reaction", nullptr}};
    TRY_OK(announce(call, "comment:created", post, comment.id, body_of(post, view),
                    notes_of(post, parent, comment, {})));
    TRY_OK(add_own(call, comment, post, view));
    Json answer{{"comment", std::move(view)}};
    add_hint(answer, mentions.cannot_see);
    return answer;
}

Result<Json> update_comment(WriteCall& call, const Json& request) {
    auto& db = call.transaction.db();
    TRY(auto found, requested_comment(call, request));
    auto& [comment, post] = found;
    if (comment.author.id != call.who.user) {
        return Error{Code::forbidden, "only its author may change a comment", "comment"};
    }
    const Comment before = comment;
    TRY(const auto mentions, read_content(call, request, post, comment));
    TRY_OK(require_open(call, post, "comment"));
    if (comment.text != before.text) {
        TRY_OK(keep_version(db, comment.id, before.text,
                            before.edited_at.empty() ? before.created_at : before.edited_at));
        TRY_OK(
            change_in_index(call.transaction, indexed(comment, post), before.text, comment.text));
    }
    comment.edited_at = call.transaction.at();
    TRY_OK(store_changes(db, comment));
    TRY(auto view, comment_view(db, call.directory, comment));
    TRY_OK(announce(call, "comment:updated", post, comment.id, body_of(post, view),
                    notes_of(post, std::nullopt, comment, before.mentions)));
    TRY_OK(add_own(call, comment, post, view));
    Json answer{{"comment", std::move(view)}};
    add_hint(answer, mentions.cannot_see);
    return answer;
}

Result<Json> delete_comment(WriteCall& call, const Json& request) {
    TRY(const auto found, requested_comment(call, request));
    const auto& [comment, post] = found;
    if (comment.author.id != call.who.user && !call.directory.is_staff(call.who.user, post.room)) {
        return Error{Code::forbidden, "only its author or the room's staff may delete a comment",
                     "comment"};
    }
    if (comment.author.id != call.who.user) {
        TRY_OK(
            campus::note(call, "comment.deleted", comment.id,
                         {{"room", post.room},
                          {"author", comment.anonymous ? std::string{"~"} : comment.author.id}}));
    }
    return erase_comment(call, comment, post);
}

}  // namespace homeroom::features::feed
