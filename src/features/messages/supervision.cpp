// Where the school has the conversations of students supervised: what the staff of a class that all
// in a conversation share may read of it. The students see in the conversation that it is so. Each
// such reading leaves a line in the log, and in the audit log, without content.
#include <algorithm>
#include <cstdint>

#include "base/limits.h"
#include "base/log.h"
#include "campus/audit_requests.h"
#include "campus/contact.h"
#include "campus/page.h"
#include "campus/roster/room_name.h"
#include "features/messages/records.h"
#include "features/messages/requests.h"
#include "features/messages/view.h"

namespace homeroom::features::messages {
namespace {

// To anybody but its staff it is a room that never was.
Status require_staff(const ReadCall& call, const std::string& room) {
    const auto name = campus::parse_room(room);
    const bool meeting =
        name && name->whole() &&
        (name->kind == campus::RoomKind::class_room || name->kind == campus::RoomKind::course);
    if (meeting && call.directory.is_staff(call.who.user, room)) return Ok{};
    return Error{Code::not_found, "there is no such room of which you are staff", "room"};
}

std::vector<std::string> rooms_supervising(const ReadCall& call, const Conversation& conversation) {
    return supervising_rooms(call.policy.messages, call.directory, conversation.ids());
}

bool may_supervise(const ReadCall& call, const Conversation& conversation) {
    return std::ranges::any_of(rooms_supervising(call, conversation), [&](const auto& room) {
        return call.directory.is_staff(call.who.user, room);
    });
}

// Conversations in which any of them is, the newest first, older than `before`.
Result<std::vector<std::string>> load_conversations_of(store::Database& db,
                                                       const std::vector<std::string>& users,
                                                       std::string_view before) {
    auto select = db.statement(
        "SELECT DISTINCT conversation FROM conversation_members"
        " WHERE user IN (SELECT value FROM json_each(?1)) AND (?2 = '' OR conversation < ?2)"
        " ORDER BY conversation DESC LIMIT ?3");
    select.bind_all(Json(users).dump(), before,
                    static_cast<std::int64_t>(limits::conversations_looked_at_max));
    std::vector<std::string> ids;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return ids;
        ids.emplace_back(select.text(0));
    }
}

// Where a page ends is said by a place among all members: the conversation that was looked at last
// may be none of theirs, and its id is nothing to them.
Result<std::string> conversation_before(store::Database& db, const Json& request) {
    TRY(const auto place, campus::requested_page(request));
    if (place == INT64_MAX) return std::string{};
    auto select = db.statement("SELECT conversation FROM conversation_members WHERE place = ?");
    select.bind(1, place);
    TRY(const bool found, select.step());
    if (!found) return Error{Code::invalid, "before is what `next` of the last page was", "before"};
    return std::string{select.text(0)};
}

Result<Json> next_page(store::Database& db, std::string_view last) {
    auto select =
        db.statement("SELECT min(place) FROM conversation_members WHERE conversation = ?");
    select.bind(1, last);
    TRY([[maybe_unused]] const bool row, select.step());
    return Json(campus::page_token(select.number(0)));
}

Result<Conversation> supervised_conversation(const ReadCall& call, std::string_view id) {
    TRY(auto conversation, load_conversation(call.db, id));
    if (!conversation || !may_supervise(call, *conversation)) {
        return Error{Code::not_found, "there is no such conversation", "conversation"};
    }
    return std::move(*conversation);
}

}  // namespace

Result<Json> list_supervised(ReadCall& call, const Json& request) {
    TRY(const auto room, campus::required_text(request, "room", campus::room_name_bytes_max));
    TRY(const auto limit, campus::requested_limit(request, limits::conversations_page_default,
                                                  limits::conversations_page_max));
    TRY_OK(require_staff(call, room));
    TRY(const auto before, conversation_before(call.db, request));
    TRY(const auto ids, load_conversations_of(call.db, call.directory.members_of(room), before));
    Json views = Json::array();
    // What was looked at and is not theirs is passed over, so a page may be short and still have a
    // next one.
    std::string last;
    for (const std::string& id : ids) {
        if (views.size() == limit) break;
        TRY(const auto conversation, load_conversation(call.db, id));
        last = id;
        if (!conversation) continue;
        const auto rooms = rooms_supervising(call, *conversation);
        if (std::ranges::find(rooms, room) != rooms.end())
            views.push_back(conversation_view(call.policy, call.directory, *conversation));
    }
    const bool all =
        ids.size() < limits::conversations_looked_at_max && (ids.empty() || last == ids.back());
    TRY_OK(require_staff(call, room));
    log::info("supervision: conversations listed user={} room={} count={}", call.who.user, room,
              views.size());
    campus::note(call, "supervision.listed", room, {{"conversations", views.size()}});
    Json next = nullptr;
    if (!all) {
        TRY(next, next_page(call.db, last));
    }
    return Json{{"conversations", std::move(views)}, {"next", std::move(next)}};
}

Result<Json> read_supervised(ReadCall& call, const Json& request) {
    TRY(const auto id,
        campus::required_text(request, "conversation", limits::identifier_bytes_max));
    TRY(const auto before, campus::requested_page(request));
    TRY(const auto limit,
        campus::requested_limit(request, limits::messages_page_default, limits::messages_page_max));
    TRY(const auto conversation, supervised_conversation(call, id));
    TRY(auto messages,
        load_messages(call.db,
                      {.conversation = conversation.id, .before = before, .limit = limit + 1}));
    TRY(auto page, campus::make_page(messages, limit, [&](const Message& message) -> Result<Json> {
            return message_view(call.directory, message);
        }));
    TRY_OK(supervised_conversation(call, id));
    log::info("supervision: conversation read user={} conversation={} count={}", call.who.user, id,
              page.views.size());
    campus::note(call, "supervision.read", id, {{"messages", page.views.size()}});
    return Json{{"messages", std::move(page.views)}, {"next", std::move(page.next)}};
}

}  // namespace homeroom::features::messages
