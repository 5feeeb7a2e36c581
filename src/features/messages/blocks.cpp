#include "features/messages/blocks.h"

#include "base/limits.h"
#include "campus/contract_json.h"
#include "campus/roster/room_name.h"
#include "features/messages/requests.h"

namespace homeroom::features::messages {
namespace {

// Whether that changed anything.
Result<bool> block(store::Database& db, std::string_view blocker, std::string_view blocked) {
    auto count = db.statement("SELECT count(*) FROM blocks WHERE blocker = ?");
    count.bind(1, blocker);
    TRY([[maybe_unused]] const bool row, count.step());
    TRY(const bool already, is_blocked(db, blocker, blocked));
    if (already) return false;
    if (count.number(0) >= static_cast<std::int64_t>(limits::blocks_per_user_max)) {
        return Error{
            Code::too_large,
            "at most " + std::to_string(limits::blocks_per_user_max) + " people can be blocked",
            "user"};
    }
    TRY_OK(db.statement("INSERT INTO blocks (blocker, blocked) VALUES (?, ?)")
               .bind_all(blocker, blocked)
               .run());
    return true;
}

Result<bool> unblock(store::Database& db, std::string_view blocker, std::string_view blocked) {
    TRY_OK(db.statement("DELETE FROM blocks WHERE blocker = ? AND blocked = ?")
               .bind_all(blocker, blocked)
               .run());
    return db.changes() > 0;
}

}  // namespace

Result<bool> is_blocked(store::Database& db, std::string_view blocker, std::string_view blocked) {
    auto select = db.statement("SELECT 1 FROM blocks WHERE blocker = ? AND blocked = ?");
    select.bind_all(blocker, blocked);
    return select.step();
}

Result<std::unordered_set<std::string>> blocked_by(store::Database& db, std::string_view blocker) {
    auto select = db.statement("SELECT blocked FROM blocks WHERE blocker = ?");
    select.bind(1, blocker);
    std::unordered_set<std::string> users;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return users;
        users.emplace(select.text(0));
    }
}

Status leave_out_blockers(store::Database& db, std::string_view blocked,
                          std::vector<std::string>& users) {
    std::vector<std::string> others;
    for (std::string& user : users) {
        TRY(const bool blocks, is_blocked(db, user, blocked));
        if (!blocks) others.push_back(std::move(user));
    }
    users = std::move(others);
    return Ok{};
}

Result<std::vector<std::string>> hide_from_blockers(store::Database& db,
                                                    const Conversation& conversation,
                                                    const Message& message) {
    std::vector<std::string> blockers;
    for (const Member& member : conversation.members) {
        TRY(const bool blocked, is_blocked(db, member.id, message.author));
        if (!blocked) continue;
        TRY_OK(db.statement("INSERT OR IGNORE INTO hidden_messages (message, user) VALUES (?, ?)")
                   .bind_all(std::string_view{message.id}, std::string_view{member.id})
                   .run());
        blockers.push_back(member.id);
    }
    return blockers;
}

Result<Json> set_block(WriteCall& call, const Json& request) {
    auto& db = call.transaction.db();
    TRY(const auto user, campus::required_text(request, "user", limits::identifier_bytes_max));
    TRY(const bool on, campus::required_bool(request, "on"));
    // Not whether there is such a person: that would tell who is on the roster.
    if (!campus::is_valid_id(user) || user == call.who.user)
        return Error{Code::invalid, "user must be the id of somebody else", "user"};
    TRY(const bool changed, on ? block(db, call.who.user, user) : unblock(db, call.who.user, user));
    const Json answer{{"user", user}, {"on", on}};
    if (!changed) return answer;
    // His other devices alone.
    TRY_OK(call.transaction.publish(
        {.type = "block:changed",
         .audience =
             campus::Audience::members(campus::room_name(campus::RoomKind::user, call.who.user))
                 .stored(),
         .by_json = campus::by_json(call.who),
         .body = answer.dump()}));
    return answer;
}

Result<Json> list_blocks(ReadCall& call, const Json&) {
    auto select =
        call.db.statement("SELECT blocked FROM blocks WHERE blocker = ? ORDER BY blocked");
    select.bind(1, std::string_view{call.who.user});
    Json users = Json::array();
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return Json{{"users", std::move(users)}};
        users.push_back(select.text(0));
    }
}

}  // namespace homeroom::features::messages
