#include "features/feed/publishing.h"

#include "base/limits.h"
#include "features/feed/moderation/standing.h"
#include "features/feed/search/index.h"
#include "features/feed/storing.h"
#include "features/feed/view.h"

namespace homeroom::features::feed {
namespace {

using campus::Json;

Json notes_of(const Post& post, const UserIds& mentioned_before) {
    return Json{{"author", post.author.id},
                {"mentioned", newly_mentioned(post.mentions, mentioned_before, post.author.id)}};
}

Result<bool> may_publish(const campus::DueCall& call, const Post& post) {
    if (!call.directory.is_member(post.author.id, post.room)) return false;
    if (call.directory.is_staff(post.author.id, post.room)) return true;
    TRY(const auto muted,
        muted_until(call.transaction.db(), post.room, post.author.id, call.transaction.at()));
    return !muted;
}

// Nobody sees more of it; those who see it learn why it does not come.
Status hold(const campus::DueCall& call, Post& post) {
    post.state = Post::State::held;
    TRY_OK(store_changes(call.transaction.db(), post));
    TRY(auto view, post_view(call.transaction.db(), call.directory, post));
    return announce(call.transaction, {.type = "post:updated",
                                       .audience = post.audience(),
                                       .subject = post.id,
                                       .body = Json{{"post", std::move(view)}}});
}

}  // namespace

Status plan(store::Transaction& transaction, Post& post, WallTime due) {
    post.state = Post::State::scheduled;
    post.publish_at = to_rfc3339(due);
    return campus::schedule(transaction, publishing_kind, post.id, due);
}

Status require_place_to_wait(store::Database& db, const Post& post) {
    auto select = db.statement(
        "SELECT count(*) FROM posts WHERE room = ? AND author = ? "
        "AND state <> 'published'");
    select.bind_all(std::string_view{post.room}, std::string_view{post.author.id});
    TRY([[maybe_unused]] const bool found, select.step());
    if (select.number(0) < limits::posts_scheduled_max) return Ok{};
    return Error{Code::too_large,
                 "at most " + std::to_string(limits::posts_scheduled_max) +
                     " posts of yours wait for their time in a room",
                 "publishAt"};
}

Status publish_now(store::Transaction& transaction, const campus::Directory& directory,
                   Post& post) {
    post.state = Post::State::published;
    post.published_at = transaction.at();
    post.moment = transaction.moment();
    post.mentions = judge_mentions(std::move(post.mentions), post.readers(), directory).kept;
    TRY_OK(campus::unschedule(transaction, publishing_kind, post.id));
    TRY_OK(store_changes(transaction.db(), post));
    TRY_OK(move_to_head(transaction.db(), post));
    TRY([[maybe_unused]] const auto told, tell_of_new(transaction, directory, post));
    return Ok{};
}

Status publish_due(campus::DueCall& call) {
    TRY(auto found, load_post(call.transaction.db(), call.subject));
    if (!found || found->published()) return Ok{};
    TRY(const bool may, may_publish(call, *found));
    if (!may) return hold(call, *found);
    return publish_now(call.transaction, call.directory, *found);
}

Result<Json> tell_of_new(store::Transaction& transaction, const campus::Directory& directory,
                         const Post& post) {
    TRY_OK(add_to_index(transaction, indexed(post), post.text));
    TRY(auto view, post_view(transaction.db(), directory, post));
    // Nobody has reacted yet, so `mine` is the same for all who get it.
    view["mine"] = Json{{"reaction", nullptr}};
    if (post.poll) view["mine"]["votes"] = Json::array();
    std::optional<Author> by;
    if (!campus::is_service(post.author.id)) {
        TRY(by, face_of(transaction.db(), directory, post, post.author));
    }
    FeedEvent event{.type = "post:created",
                    .audience = post.audience(),
                    .by = std::move(by),
                    .subject = post.id,
                    .body = Json{{"post", std::move(view)}},
                    .notes = notes_of(post, {})};
    TRY_OK(announce(transaction, event));
    return std::move(event.body);
}

Status tell_of_waiting(campus::WriteCall& call, const Post& post) {
    TRY(auto view, post_view(call.transaction.db(), call.directory, post));
    return announce(call, "post:scheduled", post, post.id, Json{{"post", std::move(view)}});
}

Status tell_of_change(campus::WriteCall& call, const Post& post, const UserIds& mentioned_before) {
    TRY(auto view, post_view(call.transaction.db(), call.directory, post));
    // Whom a post mentions that waits is told when it is published.
    return announce(call, "post:updated", post, post.id, Json{{"post", std::move(view)}},
                    post.published() ? notes_of(post, mentioned_before) : Json(nullptr));
}

}  // namespace homeroom::features::feed
