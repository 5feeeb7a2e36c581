#include "features/announcements/publishing.h"

#include "campus/contract_json.h"
#include "features/announcements/view.h"

namespace homeroom::features::announcements {

Status publish_now(store::Transaction& transaction, const campus::Directory& directory,
                   Announcement& announcement, const std::string& by_json) {
    announcement.published_at = transaction.at();
    announcement.held = false;
    campus::Json view = announcement_view(directory, announcement);
    // Nobody has acknowledged yet, so `mine` is the same for all who get it.
    view["mine"] = mine_view(std::nullopt);
    return announce(transaction, announcement,
                    {.type = "announcement:created",
                     .audience = announcement.audience(),
                     .by_json = by_json,
                     .body = campus::Json{{"announcement", std::move(view)}}});
}

Status publish_due(campus::DueCall& call) {
    auto& db = call.transaction.db();
    TRY(auto found, load_announcement(db, call.subject));
    if (!found || found->published()) return Ok{};
    if (!call.directory.is_staff(found->author, found->room)) {
        found->held = true;
        TRY_OK(change_announcement(db, *found));
        return announce(
            call.transaction, *found,
            {.type = "announcement:updated",
             .audience = found->staff(),
             .by_json = "null",
             .body = campus::Json{{"announcement", announcement_view(call.directory, *found)}}});
    }
    const auto person = call.directory.person(found->author);
    const campus::Principal author{.user = found->author,
                                   .name = person ? person->name : found->author_name};
    TRY_OK(publish_now(call.transaction, call.directory, *found, campus::by_json(author)));
    return move_to_head(db, *found);
}

}  // namespace homeroom::features::announcements
