#include "features/notifications/removing.h"

#include <set>

#include "base/limits.h"
#include "campus/audience.h"
#include "features/notifications/told_fields.h"
#include "features/notifications/view.h"
#include "store/derived.h"

namespace homeroom::features::notifications {
namespace {

using campus::FollowCall;
using campus::Json;

Json body_of(const FollowCall& call) {
    return Json::parse(call.event.payload, nullptr, false);
}

// What has become of one entry: smaller, or gone.
Status tell_entry(FollowCall& call, std::string_view user, const std::string& collapse) {
    auto& db = call.transaction.db();
    TRY(auto rows, load_unread(db, user));
    TRY(const auto seen, seen_up_to(db, user));
    keep_visible(rows, user, call.directory);
    Json body{{"group", collapse}, {"notification", nullptr}};
    add_counts(body, count(rows, seen));
    for (const Entry& entry : entries_of(rows)) {
        const Source& newest = entry.newest().source;
        if (newest.collapse != collapse) continue;
        // What is left of it is forgotten and judged as when it was told first.
        body["notification"] = entry_view(entry);
        return store::publish_derived(
            call.transaction,
            {.type = "notification:removed",
             .audience = campus::Audience::from_text(newest.audience).for_one(user).stored(),
             .by_json = "null",
             .body = body.dump(),
             .subject = journal_subject(user, newest.subject)},
            newest.seq);
    }
    return tell_user(call.transaction, user, "notification:removed", body);
}

// The rows of a thing, and of what hangs on it.
#define OF_THING                                                                                \
    " FROM notification_sources s JOIN notifications n ON n.source = s.row WHERE (s.subject = " \
    "?1 OR (?2 AND s.parent = ?1))"

// Some of those who have any; none is left out for ever, as what is removed is not found again.
Result<std::vector<std::string>> users_to_tell(FollowCall& call, const Removal& removal) {
    if (removal.only_named) return call.event.audience.users;
    auto select = call.transaction.db().statement("SELECT n.user" OF_THING " LIMIT ?3");
    select.bind_all(std::string_view{removal.subject}, std::int64_t{removal.with_children},
                    static_cast<std::int64_t>(limits::notified_per_step_max));
    std::vector<std::string> users;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return users;
        users.emplace_back(select.text(0));
    }
}

struct Row {
    std::string id{};
    std::string subject{};
    std::string collapse{};
};

Result<std::vector<Row>> rows_to_remove(store::Database& db, const Removal& removal,
                                        std::string_view user) {
    auto select = db.statement("SELECT n.id, s.subject, s.collapse" OF_THING " AND n.user = ?3");
    select.bind_all(std::string_view{removal.subject}, std::int64_t{removal.with_children}, user);
    std::vector<Row> rows;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return rows;
        rows.push_back({std::string{select.text(0)}, std::string{select.text(1)},
                        std::string{select.text(2)}});
    }
}

Status remove_from(FollowCall& call, const Removal& removal, const std::string& user) {
    auto& db = call.transaction.db();
    TRY(const auto rows, rows_to_remove(db, removal, user));
    std::set<std::string> entries;
    for (const Row& row : rows) {
        TRY_OK(db.statement("DELETE FROM notifications WHERE user = ? AND id = ?")
                   .bind_all(std::string_view{user}, std::string_view{row.id})
                   .run());
        TRY_OK(call.transaction.forget(journal_subject(user, row.subject)));
        entries.insert(row.collapse);
    }
    for (const std::string& collapse : entries) TRY_OK(tell_entry(call, user, collapse));
    return Ok{};
}

}  // namespace

std::string journal_subject(std::string_view user, std::string_view subject) {
    return "notification/" + std::string{user} + "/" + std::string{subject};
}

Result<Further> remove(FollowCall& call, const Removal& removal) {
    TRY(const auto users, users_to_tell(call, removal));
    for (const std::string& user : users) TRY_OK(remove_from(call, removal, user));
    if (removal.only_named) return Further{};
    if (!users.empty()) return Further{"more"};
    TRY_OK(call.transaction.db()
               .statement("DELETE FROM notification_sources"
                          " WHERE subject = ?1 OR (?2 AND parent = ?1)")
               .bind_all(std::string_view{removal.subject}, std::int64_t{removal.with_children})
               .run());
    return Further{};
}

// They stay in the store, unseen, until they are too old: who comes back has them again.
Result<Further> hide(FollowCall& call) {
    const auto room = campus::parse_room(call.event.audience.room);
    if (!room || room->kind != campus::RoomKind::user) return Further{};
    const std::string user{room->id};
    TRY(auto rows, load_unread(call.transaction.db(), user));
    std::set<std::string> before;
    for (const auto& row : rows) before.insert(row.source.collapse);
    keep_visible(rows, user, call.directory);
    for (const auto& row : rows) before.erase(row.source.collapse);
    const Json body = body_of(call);
    const char* const lost = call.event.type == "guardian:changed" ? "removed" : "left";
    const bool left_any = body.is_object() && body.contains(lost) && !body[lost].empty();
    if (!left_any) return Further{};
    for (const std::string& collapse : before) TRY_OK(tell_entry(call, user, collapse));
    return Further{};
}

Result<Further> leave_conversation(FollowCall& call) {
    const auto room = campus::parse_room(call.event.audience.room);
    const std::string conversation = text(body_of(call), "conversation");
    if (!room || room->kind != campus::RoomKind::user || conversation.empty()) return Further{};
    TRY_OK(
        remove_from(call, {.subject = conversation, .with_children = true}, std::string{room->id}));
    return Further{};
}

Result<Further> retitle(FollowCall& call) {
    const Json body = body_of(call);
    if (!body.is_object() || !body.contains("announcement")) return Further{};
    const Json& announcement = body["announcement"];
    const std::string id = text(announcement, "id");
    const std::string target =
        Json{{"announcement", id}, {"title", text(announcement, "title")}}.dump();
    TRY_OK(call.transaction.db()
               .statement("UPDATE notification_sources SET target = ? WHERE subject = ?")
               .bind_all(std::string_view{target}, std::string_view{id})
               .run());
    return Further{};
}

// Up to this one as they came, which ids alone do not tell: two of a millisecond are in any order,
// and clocks go back. One that nobody was told of has no row; then the ids must do.
Result<Further> mark_conversation_read(FollowCall& call) {
    const Json body = body_of(call);
    const std::string conversation = text(body, "conversation");
    const std::string up_to = text(body, "upTo");
    std::string user = text(body, "user");
    if (user.empty() && body.is_object() && body.contains("user")) user = text(body["user"], "id");
    if (conversation.empty() || up_to.empty() || user.empty()) return Further{};
    const std::string collapse = "message:" + conversation;
    auto& db = call.transaction.db();
    TRY_OK(db.statement("UPDATE notifications SET read_at = ?1 WHERE user = ?2 AND collapse = ?3"
                        " AND read_at IS NULL AND source IN"
                        " (SELECT row FROM notification_sources WHERE parent = ?4 AND kind ="
                        "  'message' AND row <= coalesce("
                        "   (SELECT row FROM notification_sources WHERE subject = ?5),"
                        "   (SELECT max(row) FROM notification_sources WHERE parent = ?4 AND kind ="
                        "    'message' AND subject <= ?5)))")
               .bind_all(std::string_view{call.transaction.at()}, std::string_view{user},
                         std::string_view{collapse}, std::string_view{conversation},
                         std::string_view{up_to})
               .run());
    if (db.changes() > 0) TRY_OK(tell_entry(call, user, collapse));
    return Further{};
}

}  // namespace homeroom::features::notifications
