#include "base/clock.h"
#include "base/ids.h"
#include "base/limits.h"
#include "campus/contract_json.h"
#include "campus/platform_room.h"
#include "campus/publish_time.h"
#include "campus/roster/room_name.h"
#include "campus/schedule.h"
#include "features/announcements/publishing.h"
#include "features/announcements/requests.h"
#include "features/announcements/rules.h"
#include "features/announcements/view.h"

namespace homeroom::features::announcements {
namespace {

Result<std::string> required_title(const Json& request) {
    return campus::required_words(request, "title", limits::announcement_title_bytes_max);
}

Result<std::string> required_content(const Json& request) {
    return campus::required_words(request, "text", limits::announcement_text_bytes_max);
}

bool has(const Json& request, const char* field) {
    const auto found = request.find(field);
    return found != request.end() && !found->is_null();
}

Status plan(WriteCall& call, Announcement& announcement, WallTime due) {
    announcement.publish_at = to_rfc3339(due);
    announcement.held = false;
    return campus::schedule(call.transaction, publishing_kind, announcement.id, due);
}

Status require_place_to_wait(store::Database& db, const std::string& room) {
    TRY(const auto waiting, count_waiting(db, room));
    if (waiting < limits::announcements_scheduled_max) return Ok{};
    return Error{Code::too_large,
                 "at most " + std::to_string(limits::announcements_scheduled_max) +
                     " announcements of a room wait for their time",
                 "publishAt"};
}

// Of a user who may see it; whether he may do more is the caller's to judge.
Result<Announcement> requested_announcement(const WriteCall& call, const Json& request) {
    TRY(const auto id,
        campus::required_text(request, "announcement", limits::identifier_bytes_max));
    return visible_announcement(call.transaction.db(), call.directory, call.who.user, id);
}

Status require_staff(const WriteCall& call, const Announcement& announcement, const char* words) {
    if (call.directory.is_staff(call.who.user, announcement.room)) return Ok{};
    return Error{Code::forbidden, words, "announcement"};
}

Status tell(WriteCall& call, const char* type, const Announcement& announcement) {
    return announce(
        call.transaction, announcement,
        {.type = type,
         .audience = announcement.audience(),
         .by_json = campus::by_json(call.who),
         .body = Json{{"announcement", announcement_view(call.directory, announcement)}}});
}

Result<Json> answer_of(const WriteCall& call, const Announcement& announcement) {
    Json view = announcement_view(call.directory, announcement);
    TRY(const auto acknowledged,
        acknowledged_at(call.transaction.db(), announcement.id, call.who.user));
    view["mine"] = mine_view(acknowledged);
    return Json{{"announcement", std::move(view)}};
}

// The fields that an update brings; whether any of them is news.
Result<bool> take_changes(const Json& request, Announcement& announcement) {
    const Announcement before = announcement;
    if (has(request, "title")) {
        TRY(announcement.title, required_title(request));
    }
    if (has(request, "text")) {
        TRY(announcement.text, required_content(request));
    }
    TRY(const auto require_ack, campus::optional_bool(request, "requireAck"));
    announcement.require_ack = require_ack.value_or(announcement.require_ack);
    return announcement.title != before.title || announcement.text != before.text ||
           announcement.require_ack != before.require_ack;
}

// What an update makes of the time at which it is to be published.
Result<bool> take_time(WriteCall& call, const Json& request, Announcement& announcement) {
    if (!request.contains("publishAt")) return false;
    if (announcement.published()) {
        return Error{Code::conflict, "it is published already", "publishAt"};
    }
    TRY(const auto due, campus::requested_publish_time(request));
    if (due) {
        TRY_OK(plan(call, announcement, *due));
        return true;
    }
    TRY_OK(campus::unschedule(call.transaction, publishing_kind, announcement.id));
    TRY_OK(publish_now(call.transaction, call.directory, announcement, campus::by_json(call.who)));
    return true;
}

}  // namespace

Result<Json> create_announcement(WriteCall& call, const Json& request) {
    auto& db = call.transaction.db();
    Announcement made{.id = make_ulid(wall_now()),
                      .author = call.who.user,
                      .author_name = call.who.name,
                      .created_at = call.transaction.at()};
    TRY(made.room, campus::required_text(request, "to", campus::room_name_bytes_max));
    TRY_OK(require_announcer(call.directory, call.who.user, made.room));
    made.staff_room = staff_room_of(made.room);
    TRY(made.title, required_title(request));
    TRY(made.text, required_content(request));
    TRY(const auto require_ack, campus::optional_bool(request, "requireAck"));
    made.require_ack = require_ack.value_or(false);
    TRY(const auto due, campus::requested_publish_time(request));
    call.about = made.id;
    if (due) {
        TRY_OK(require_place_to_wait(db, made.room));
        TRY_OK(plan(call, made, *due));
        TRY_OK(tell(call, "announcement:scheduled", made));
    } else {
        TRY_OK(publish_now(call.transaction, call.directory, made, campus::by_json(call.who)));
    }
    TRY_OK(insert_announcement(db, made));
    return answer_of(call, made);
}

// The platform's own: of its room, at once.
Result<Json> create_platform_announcement(WriteCall& call, const Json& request) {
    Announcement made{.id = make_ulid(wall_now()),
                      .author = call.who.user,
                      .author_name = call.who.name,
                      .created_at = call.transaction.at()};
    TRY(made.room, campus::required_text(request, "to", campus::room_name_bytes_max));
    TRY(const auto kind, campus::require_platform_room(call.directory, made.room, "to"));
    if (kind == campus::RoomKind::group)
        return Error{Code::forbidden, "this room has no announcements", "to"};
    if (has(request, "publishAt"))
        return Error{Code::invalid, "publishAt is for people's announcements", "publishAt"};
    made.staff_room = staff_room_of(made.room);
    TRY(made.title, required_title(request));
    TRY(made.text, required_content(request));
    TRY(const auto require_ack, campus::optional_bool(request, "requireAck"));
    made.require_ack = require_ack.value_or(false);
    call.about = made.id;
    TRY_OK(publish_now(call.transaction, call.directory, made, campus::by_json(call.who)));
    TRY_OK(insert_announcement(call.transaction.db(), made));
    return Json{{"announcement", announcement_view(call.directory, made)}};
}

Result<Json> update_announcement(WriteCall& call, const Json& request) {
    TRY(auto announcement, requested_announcement(call, request));
    if (announcement.author != call.who.user) {
        return Error{Code::forbidden, "only its author may change an announcement", "announcement"};
    }
    TRY_OK(require_staff(call, announcement, "only the room's staff may announce"));
    call.about = announcement.id;
    const bool was_published = announcement.published();
    TRY(const bool changed, take_changes(request, announcement));
    if (changed) announcement.edited_at = call.transaction.at();
    TRY(const bool moved, take_time(call, request, announcement));
    if (!changed && !moved) return answer_of(call, announcement);
    // Published by this very request: its room has just been told, edited text and all.
    if (announcement.published() && !was_published) {
        TRY_OK(move_to_head(call.transaction.db(), announcement));
    } else {
        TRY_OK(change_announcement(call.transaction.db(), announcement));
        TRY_OK(tell(call, "announcement:updated", announcement));
    }
    return answer_of(call, announcement);
}

// Withdrawn is gone: with what was acknowledged, and in the journal, too.
Result<Json> withdraw_announcement(WriteCall& call, const Json& request) {
    TRY(const auto announcement, requested_announcement(call, request));
    TRY_OK(require_staff(call, announcement, "only the room's staff may withdraw it"));
    call.about = announcement.id;
    TRY_OK(campus::forget(call.transaction, announcement.id));
    TRY_OK(campus::unschedule(call.transaction, publishing_kind, announcement.id));
    TRY_OK(erase_announcement(call.transaction.db(), announcement.id));
    const Json answer{{"announcementId", announcement.id}};
    TRY_OK(announce(call.transaction, announcement,
                    {.type = "announcement:withdrawn",
                     .audience = announcement.audience(),
                     .by_json = campus::by_json(call.who),
                     .body = answer}));
    return answer;
}

}  // namespace homeroom::features::announcements
