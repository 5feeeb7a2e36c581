#include <algorithm>

#include "base/clock.h"
#include "base/ids.h"
#include "base/limits.h"
#include "features/messages/blocks.h"
#include "features/messages/opening.h"
#include "features/messages/records.h"
#include "features/messages/requests.h"
#include "features/messages/view.h"

namespace homeroom::features::messages {
namespace {

// An id within `to`; the field of the request that is wrong is `to` all the same.
Result<std::string> addressed_id(const Json& to, const char* member) {
    auto id = campus::required_text(to, member, limits::identifier_bytes_max);
    if (id.ok()) return id;
    Error error = id.error();
    error.field = "to";
    return error;
}

// Where a message goes; a conversation between two is made with the first one.
Result<Conversation> requested_addressee(WriteCall& call, const Json& request) {
    const auto to = request.find("to");
    if (to != request.end() && to->is_object() && to->size() == 1) {
        if (to->contains("user")) {
            TRY(const auto user, addressed_id(*to, "user"));
            return conversation_with(call, user, "to");
        }
        if (to->contains("conversation")) {
            TRY(const auto id, addressed_id(*to, "conversation"));
            return joined_conversation(call.transaction.db(), call.directory, call.who.user, id,
                                       "to");
        }
    }
    return Error{Code::invalid, R"(to is {"user": id} or {"conversation": id})", "to"};
}

Result<std::int64_t> insert_message(store::Database& db, const Message& message) {
    TRY_OK(db.statement(
                 "INSERT INTO messages (id, conversation, author, author_name, text, created_at)"
                 " VALUES (?, ?, ?, ?, ?, ?)")
               .bind_all(std::string_view{message.id}, std::string_view{message.conversation},
                         std::string_view{message.author}, std::string_view{message.author_name},
                         std::string_view{message.text}, std::string_view{message.created_at})
               .run());
    return last_message_row(db);
}

// Who sees the message has the conversation at the top of his list.
Status move_up(store::Database& db, const Message& message, const std::vector<std::string>& users) {
    for (const std::string& user : users) {
        TRY_OK(db.statement("UPDATE conversation_members SET active_row = ?, shown = 1"
                            " WHERE conversation = ? AND user = ?")
                   .bind_all(message.row, std::string_view{message.conversation},
                             std::string_view{user})
                   .run());
    }
    return Ok{};
}

// The other of a conversation between two is in it from the first message that he may see.
void show_to_all_but(Conversation& conversation, const std::vector<std::string>& blockers) {
    if (conversation.group) return;
    for (Member& member : conversation.members)
        member.shown = member.shown || std::ranges::find(blockers, member.id) == blockers.end();
}

Result<MessageInConversation> requested_message(const WriteCall& call, const Json& request) {
    TRY(const auto id, campus::required_text(request, "message", limits::identifier_bytes_max));
    TRY(auto found,
        visible_message(call.transaction.db(), call.directory, call.who.user, id, "message"));
    if (found.message.author != call.who.user)
        return Error{Code::forbidden, "only its author may change or delete a message", "message"};
    return found;
}

Json deletion_of(const Message& message) {
    return Json{{"conversation", message.conversation}, {"messageId", message.id}};
}

}  // namespace

Result<Json> send_message(WriteCall& call, const Json& request) {
    auto& db = call.transaction.db();
    // First, so that nothing is made for a message that is none.
    TRY(auto text, campus::required_words(request, "text", limits::message_text_bytes_max));
    TRY(auto conversation, requested_addressee(call, request));
    TRY_OK(require_may_write(call, conversation, "to"));
    Message message{.id = make_ulid(wall_now()),
                    .conversation = conversation.id,
                    .author = call.who.user,
                    .author_name = call.who.name,
                    .text = std::move(text),
                    .created_at = call.transaction.at()};
    TRY(message.row, insert_message(db, message));
    TRY(const auto blockers, hide_from_blockers(db, conversation, message));
    show_to_all_but(conversation, blockers);
    TRY(auto viewers, viewers_of(db, conversation, message));
    TRY_OK(move_up(db, message, viewers));
    Json answer{{"message", message_view(call.directory, message)}};
    TRY_OK(announce(call, "message:created", conversation, std::move(viewers), message.id, answer));
    return answer;
}

Result<Json> update_message(WriteCall& call, const Json& request) {
    auto& db = call.transaction.db();
    TRY(auto found, requested_message(call, request));
    auto& [message, conversation] = found;
    // New words are as good as a new message.
    TRY_OK(require_may_write(call, conversation, "message"));
    TRY(message.text, campus::required_words(request, "text", limits::message_text_bytes_max));
    message.edited_at = call.transaction.at();
    TRY_OK(db.statement("UPDATE messages SET text = ?, edited_at = ? WHERE id = ?")
               .bind_all(std::string_view{message.text}, std::string_view{message.edited_at},
                         std::string_view{message.id})
               .run());
    // Nor do they reach who has blocked the author since: to him the message is gone.
    TRY(auto before, viewers_of(db, conversation, message));
    TRY_OK(hide_from_blockers(db, conversation, message));
    TRY(auto viewers, viewers_of(db, conversation, message));
    std::erase_if(before, [&](const std::string& user) {
        return std::ranges::find(viewers, user) != viewers.end();
    });
    TRY_OK(announce(call, "message:deleted", conversation, std::move(before), "",
                    deletion_of(message)));
    Json answer{{"message", message_view(call.directory, message)}};
    TRY_OK(announce(call, "message:updated", conversation, std::move(viewers), message.id, answer));
    return answer;
}

Result<Json> delete_message(WriteCall& call, const Json& request) {
    auto& db = call.transaction.db();
    TRY(const auto found, requested_message(call, request));
    const auto& [message, conversation] = found;
    TRY(auto viewers, viewers_of(db, conversation, message));
    TRY_OK(campus::forget(call.transaction, message.id));
    for (const char* sql :
         {"DELETE FROM hidden_messages WHERE message = ?", "DELETE FROM messages WHERE id = ?"}) {
        TRY_OK(db.statement(sql).bind(1, std::string_view{message.id}).run());
    }
    const Json answer = deletion_of(message);
    TRY_OK(announce(call, "message:deleted", conversation, std::move(viewers), message.id, answer));
    return answer;
}

}  // namespace homeroom::features::messages
