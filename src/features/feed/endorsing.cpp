// The staff endorse an answer: whoever reads the thread sees which comment to go by.
#include "features/feed/faces.h"
#include "features/feed/moderation/standing.h"
#include "features/feed/requests.h"
#include "features/feed/storing.h"
#include "features/feed/view.h"

namespace homeroom::features::feed {
namespace {

// An endorsement has a name. Whoever is anonymous in the thread would give himself away by it.
Status require_own_name(WriteCall& call, const Post& post) {
    TRY(const auto face,
        face_of(call.transaction.db(), call.directory, post, {call.who.user, call.who.name}));
    if (face.id == call.who.user) return Ok{};
    return Error{Code::conflict, "you are anonymous in this thread", "comment"};
}

}  // namespace

Result<Json> endorse_comment(WriteCall& call, const Json& request) {
    auto& db = call.transaction.db();
    TRY(const auto on, campus::optional_bool(request, "on"));
    if (!on) return Error{Code::invalid, "on is missing", "on"};
    TRY(auto found, requested_comment(call, request));
    auto& [comment, post] = found;
    TRY_OK(require_staff_of(call, post, "comment"));
    if (*on) TRY_OK(require_own_name(call, post));
    call.about = comment.id;
    const bool changed = *on != !comment.endorser.id.empty();
    if (changed) {
        comment.endorser = *on ? Author{call.who.user, call.who.name} : Author{};
        TRY_OK(store_endorser(db, comment));
    }
    TRY(auto view, comment_view(db, call.directory, comment));
    if (changed) {
        TRY_OK(announce_by_name(call, "comment:updated", post, comment.id,
                                Json{{"postId", post.id}, {"comment", view}},
                                Json{{"author", comment.author.id}, {"endorsed", *on}}));
    }
    TRY_OK(add_own(call, comment, post, view));
    return Json{{"comment", std::move(view)}};
}

}  // namespace homeroom::features::feed
