#include "features/announcements/view.h"

namespace homeroom::features::announcements {
namespace {

using campus::Json;

// Today's name while the roster knows the author, afterwards the one he had.
Json author_json(const campus::Directory& directory, const Announcement& announcement) {
    const auto person = directory.person(announcement.author);
    return Json{{"id", announcement.author},
                {"name", person ? person->name : announcement.author_name}};
}

Json text_or_null(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

std::string_view state_of(const Announcement& announcement) {
    if (announcement.published()) return "published";
    return announcement.held ? "held" : "scheduled";
}

}  // namespace

Json announcement_view(const campus::Directory& directory, const Announcement& announcement) {
    return Json{{"id", announcement.id},
                {"room", announcement.room},
                {"author", author_json(directory, announcement)},
                {"title", announcement.title},
                {"text", announcement.text},
                {"requireAck", announcement.require_ack},
                {"state", state_of(announcement)},
                {"createdAt", announcement.created_at},
                {"editedAt", text_or_null(announcement.edited_at)},
                {"publishAt", text_or_null(announcement.publish_at)},
                {"publishedAt", text_or_null(announcement.published_at)}};
}

Json mine_view(const std::optional<std::string>& acknowledged_at) {
    return Json{{"acknowledgedAt", acknowledged_at ? Json(*acknowledged_at) : Json(nullptr)}};
}

std::string by_json(const campus::Principal& who) {
    return Json{{"id", who.user}, {"name", who.name}}.dump();
}

Status announce(store::Transaction& transaction, const Announcement& about, const Notice& notice) {
    return transaction.publish({.type = std::string{notice.type},
                                .audience = notice.audience.stored(),
                                .by_json = notice.by_json,
                                .body = notice.body.dump(),
                                .subject = about.id});
}

}  // namespace homeroom::features::announcements
