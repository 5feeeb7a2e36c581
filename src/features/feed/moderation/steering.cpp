// The staff steer a post: pinned, so that it is found at once; locked, so that only they write
// there.
#include "base/limits.h"
#include "campus/audit_requests.h"
#include "features/feed/moderation/standing.h"
#include "features/feed/requests.h"
#include "features/feed/view.h"

namespace homeroom::features::feed {
namespace {

Result<Post> post_to_steer(const WriteCall& call, const Json& request) {
    TRY(auto post, requested_post(call, request));
    TRY_OK(require_staff_of(call, post, "post"));
    return post;
}

Status require_place_to_pin(store::Database& db, const std::string& room) {
    auto select = db.statement("SELECT count(*) FROM posts WHERE room = ? AND pinned = 1");
    select.bind(1, std::string_view{room});
    TRY([[maybe_unused]] const bool found, select.step());
    if (select.number(0) < limits::pinned_posts_max) return Ok{};
    return Error{
        Code::too_large,
        "at most " + std::to_string(limits::pinned_posts_max) + " posts of a room are pinned",
        "post"};
}

// Stores and tells what was changed; the same again is no news.
Result<Json> answer_of(WriteCall& call, const Post& post, bool changed) {
    auto& db = call.transaction.db();
    call.about = post.id;
    TRY(auto view, post_view(db, call.directory, post));
    Json answer{{"post", std::move(view)}};
    if (changed) {
        TRY_OK(db.statement("UPDATE posts SET pinned = ?, locked = ? WHERE id = ?")
                   .bind_all(std::int64_t{post.pinned}, std::int64_t{post.locked},
                             std::string_view{post.id})
                   .run());
        TRY_OK(announce_by_name(call, "post:updated", post, post.id, answer));
    }
    TRY_OK(add_own(call, post, answer["post"]));
    return answer;
}

}  // namespace

Result<Json> pin_post(WriteCall& call, const Json& request) {
    TRY(const bool on, campus::required_bool(request, "on"));
    TRY(auto post, post_to_steer(call, request));
    const bool changed = post.pinned != on;
    if (changed && on) TRY_OK(require_place_to_pin(call.transaction.db(), post.room));
    post.pinned = on;
    return answer_of(call, post, changed);
}

Result<Json> lock_post(WriteCall& call, const Json& request) {
    TRY(const bool on, campus::required_bool(request, "on"));
    TRY(auto post, post_to_steer(call, request));
    const bool changed = post.locked != on;
    if (changed)
        TRY_OK(campus::note(call, "post.locked", post.id, {{"room", post.room}, {"on", on}}));
    post.locked = on;
    return answer_of(call, post, changed);
}

}  // namespace homeroom::features::feed
