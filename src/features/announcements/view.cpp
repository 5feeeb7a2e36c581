#include "features/announcements/view.h"

#include "campus/contract_json.h"

namespace homeroom::features::announcements {
namespace {

using campus::Json;

std::string_view state_of(const Announcement& announcement) {
    if (announcement.published()) return "published";
    return announcement.held ? "held" : "scheduled";
}

}  // namespace

Json announcement_view(const campus::Directory& directory, const Announcement& announcement) {
    return Json{
        {"id", announcement.id},
        {"room", announcement.room},
        {"author", campus::person_json(directory, announcement.author, announcement.author_name)},
        {"title", announcement.title},
        {"text", announcement.text},
        {"requireAck", announcement.require_ack},
        {"state", state_of(announcement)},
        {"createdAt", announcement.created_at},
        {"editedAt", campus::text_or_null(announcement.edited_at)},
        {"publishAt", campus::text_or_null(announcement.publish_at)},
        {"publishedAt", campus::text_or_null(announcement.published_at)}};
}

Json mine_view(const std::optional<std::string>& acknowledged_at) {
    return Json{{"acknowledgedAt", acknowledged_at ? Json(*acknowledged_at) : Json(nullptr)}};
}

Status announce(store::Transaction& transaction, const Announcement& about, const Notice& notice) {
    return transaction.publish({.type = std::string{notice.type},
                                .audience = notice.audience.stored(),
                                .by_json = notice.by_json,
                                .body = notice.body.dump(),
                                .subject = about.id});
}

}  // namespace homeroom::features::announcements
