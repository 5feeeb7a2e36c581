// What messages keep of people: their part in an export, what becomes of it when they are erased,
// and what is deleted because of its age.
//
// Erased: his messages go, also from the others' conversations. His place in these stays, as that
// of somebody who is nobody, so that each is the conversation that it was.
#include "campus/contract_json.h"
#include "campus/personal_data.h"
#include "features/messages/messages.h"
#include "features/messages/records.h"
#include "features/messages/view.h"

namespace homeroom::features::messages {
namespace {

using campus::EraseCall;
using campus::ExpireCall;
using campus::Json;
using campus::walk;
using store::Database;

// --- Export: what he wrote. What others wrote to him is theirs as well; they are named nowhere.
constexpr campus::PersonalList lists[] = {
    {"messages",
     "SELECT row, CASE WHEN author = ?1 THEN json_object('id', id, 'conversation', conversation,"
     " 'text', text, 'createdAt', created_at, 'editedAt', edited_at) END"
     " FROM messages WHERE row > CAST(?2 AS INTEGER) ORDER BY row LIMIT ?3"},
    {"conversations",
     "SELECT place, json_object('conversation', conversation, 'title',"
     " (SELECT title FROM conversations WHERE id = conversation), 'readUpTo', read_message)"
     " FROM conversation_members WHERE user = ?1 AND place > CAST(?2 AS INTEGER)"
     " ORDER BY place LIMIT ?3"},
    {"blocks",
     "SELECT blocked, json_object('blocked', blocked) FROM blocks"
     " WHERE blocker = ?1 AND blocked > ?2 ORDER BY blocked LIMIT ?3"},
};

Result<std::optional<Message>> message_of(Database& db, std::string_view id) {
    auto select = db.statement("SELECT row, id, conversation, author FROM messages WHERE id = ?");
    select.bind(1, id);
    TRY(const bool found, select.step());
    if (!found) return std::optional<Message>{};
    return std::optional{Message{.row = select.number(0),
                                 .id = std::string{select.text(1)},
                                 .conversation = std::string{select.text(2)},
                                 .author = std::string{select.text(3)}}};
}

// As message:delete does, by nobody.
Status remove_message(store::Transaction& transaction, std::string_view id) {
    auto& db = transaction.db();
    TRY(const auto message, message_of(db, id));
    if (!message) return Ok{};
    TRY(const auto conversation, load_conversation(db, message->conversation));
    std::vector<std::string> viewers;
    if (conversation) {
        TRY(viewers, viewers_of(db, *conversation, *message));
    }
    TRY_OK(campus::forget(transaction, id));
    for (const char* sql :
         {"DELETE FROM hidden_messages WHERE message = ?", "DELETE FROM messages WHERE id = ?"}) {
        TRY_OK(db.statement(sql).bind(1, id).run());
    }
    if (viewers.empty()) return Ok{};
    const Json body{{"conversation", message->conversation}, {"messageId", message->id}};
    return transaction.publish({.type = "message:deleted",
                                .audience = audience_of(*conversation, viewers).stored(),
                                .by_json = "null",
                                .body = body.dump(),
                                .subject = message->id});
}

// --- Erasure

Result<bool> erase_messages(EraseCall& call) {
    TRY(const auto found, walk(call.transaction.db(),
                               "SELECT row, CASE WHEN author = ?1 THEN id END FROM messages"
                               " WHERE row > CAST(?2 AS INTEGER) ORDER BY row LIMIT ?3",
                               call.user, call.position));
    call.position = found.position;
    for (const std::string& id : found.keys) {
        TRY_OK(remove_message(call.transaction, id));
        ++call.erased;
    }
    return found.more;
}

Result<bool> erase_hiding(EraseCall& call) {
    auto& db = call.transaction.db();
    TRY(const auto found,
        walk(db,
             "SELECT json_array(message, user), CASE WHEN user = ?1 THEN message END"
             " FROM hidden_messages"
             " WHERE (message, user) > (" HOMEROOM_POSITION(0) ", " HOMEROOM_POSITION(
                 1) ")"
                    " ORDER BY message, user LIMIT ?3",
             call.user, call.position));
    call.position = found.position;
    for (const std::string& message : found.keys) {
        TRY_OK(db.statement("DELETE FROM hidden_messages WHERE message = ? AND user = ?")
                   .bind_all(std::string_view{message}, std::string_view{call.user})
                   .run());
    }
    return found.more;
}

// He is off the roster, so nobody writes to him, and no directory shows him. The two of a
// conversation are in its `pair`: it is nobody's address any more.
Result<bool> erase_places(EraseCall& call) {
    TRY_OK(campus::run_for_user(
        call.transaction.db(),
        {"UPDATE conversations SET pair = '~' || id WHERE pair IS NOT NULL AND id IN"
         " (SELECT conversation FROM conversation_members WHERE user = ?)",
         "UPDATE conversations SET creator = '~deleted' WHERE creator = ?",
         "UPDATE conversation_members SET user = '~' || lower(hex(randomblob(10))),"
         " name = 'Deleted user', read_row = 0, read_message = NULL WHERE user = ?",
         "DELETE FROM blocks WHERE blocker = ?", "DELETE FROM blocks WHERE blocked = ?"},
        call.user));
    return false;
}

constexpr campus::EraseRule erasing[] = {
    {"messages", erase_messages},
    {"messages.hidden", erase_hiding},
    {"messages.places", erase_places},
};

// --- Age

Result<bool> somebody_is_held(Database& db, std::string_view message) {
    auto select = db.statement(
        "SELECT 1 FROM messages JOIN conversation_members AS member"
        " ON member.conversation = messages.conversation"
        " JOIN legal_holds ON legal_holds.user = member.user WHERE messages.id = ? LIMIT 1");
    select.bind(1, message);
    return select.step();
}

Result<bool> expire_messages(ExpireCall& call) {
    auto& db = call.transaction.db();
    TRY(const auto found, campus::too_old(db,
                                          "SELECT row, id, author, created_at FROM messages"
                                          " WHERE row > CAST(?1 AS INTEGER) ORDER BY row LIMIT ?2",
                                          call));
    call.position = found.position;
    for (const std::string& id : found.keys) {
        TRY(const bool held, somebody_is_held(db, id));
        if (held) continue;
        TRY_OK(remove_message(call.transaction, id));
        ++call.deleted;
    }
    return found.more;
}

constexpr campus::ExpireRule expiring[] = {{"messages", expire_messages}};

}  // namespace

campus::PersonalData personal_data() {
    return {lists, erasing, expiring};
}

}  // namespace homeroom::features::messages
