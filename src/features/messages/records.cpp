#include "features/messages/records.h"

#include <algorithm>
#include <unordered_set>

#include "base/limits.h"

namespace homeroom::features::messages {
namespace {

using store::Database;
using store::Statement;

// Columns in the order in which message_of() reads them.
#define MESSAGE_COLUMNS "row, id, conversation, author, author_name, text, created_at, edited_at"

std::string text(const Statement& row, int column) {
    return std::string{row.text(column)};
}

Message message_of(const Statement& row) {
    return {.row = row.number(0),
            .id = text(row, 1),
            .conversation = text(row, 2),
            .author = text(row, 3),
            .author_name = text(row, 4),
            .text = text(row, 5),
            .created_at = text(row, 6),
            .edited_at = text(row, 7)};
}

Error unknown(const char* thing, const char* field) {
    return Error{Code::not_found, std::string{"there is no such "} + thing, field};
}

Result<std::vector<Member>> load_members(Database& db, std::string_view conversation) {
    auto select = db.statement(
        "SELECT user, name, shown, joined_row, read_row, read_message, active_row, since"
        " FROM conversation_members WHERE conversation = ? ORDER BY place");
    select.bind(1, conversation);
    std::vector<Member> members;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return members;
        members.push_back({.id = text(select, 0),
                           .name = text(select, 1),
                           .shown = select.number(2) != 0,
                           .joined_row = select.number(3),
                           .read_row = select.number(4),
                           .read_message = text(select, 5),
                           .active_row = select.number(6),
                           .since = static_cast<store::Seq>(select.number(7))});
    }
}

// Of a statement that selects id, pair and title.
Result<std::optional<Conversation>> conversation_of(Database& db, Statement& select) {
    TRY(const bool found, select.step());
    if (!found) return std::optional<Conversation>{};
    Conversation conversation{
        .id = text(select, 0), .group = select.is_null(1), .title = text(select, 2)};
    TRY(conversation.members, load_members(db, conversation.id));
    return std::optional<Conversation>{std::move(conversation)};
}

Result<std::optional<Message>> load_message(Database& db, std::string_view id) {
    auto select = db.statement("SELECT " MESSAGE_COLUMNS " FROM messages WHERE id = ?");
    select.bind(1, id);
    TRY(const bool found, select.step());
    if (!found) return std::optional<Message>{};
    return std::optional<Message>{message_of(select)};
}

Result<std::unordered_set<std::string>> hidden_from(Database& db, std::string_view message) {
    auto select = db.statement("SELECT user FROM hidden_messages WHERE message = ?");
    select.bind(1, message);
    std::unordered_set<std::string> users;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return users;
        users.insert(text(select, 0));
    }
}

}  // namespace

const Member* Conversation::find(std::string_view user) const {
    const auto found = std::ranges::find(members, user, &Member::id);
    return found == members.end() ? nullptr : &*found;
}

const Member* Conversation::find_shown(std::string_view user) const {
    const Member* member = find(user);
    return member != nullptr && member->shown ? member : nullptr;
}

const Member* Conversation::owner(const campus::Directory& directory) const {
    if (!group) return nullptr;
    const auto first = std::ranges::find_if(
        members, [&](const Member& member) { return directory.is_member(member.id, "global"); });
    return first == members.end() ? nullptr : &*first;
}

std::vector<std::string> Conversation::shown_to() const {
    std::vector<std::string> users;
    for (const Member& member : members) {
        if (member.shown) users.push_back(member.id);
    }
    return users;
}

campus::ConversationMembers::Change Conversation::members_now() const {
    campus::ConversationMembers::Change now{.room = room()};
    for (const Member& member : members) {
        if (member.shown) now.members.push_back({.user = member.id, .since = member.since});
    }
    return now;
}

std::vector<std::string> Conversation::ids() const {
    std::vector<std::string> users;
    for (const Member& member : members) users.push_back(member.id);
    return users;
}

std::string pair_of(std::string_view one, std::string_view other) {
    // No id has a space in it.
    const auto [first, second] = std::minmax(one, other);
    return std::string{first} + ' ' + std::string{second};
}

Result<std::optional<Conversation>> load_conversation(Database& db, std::string_view id) {
    auto select = db.statement("SELECT id, pair, title FROM conversations WHERE id = ?");
    select.bind(1, id);
    return conversation_of(db, select);
}

Result<std::optional<Conversation>> load_conversation_between(Database& db, std::string_view one,
                                                              std::string_view other) {
    auto select = db.statement("SELECT id, pair, title FROM conversations WHERE pair = ?");
    select.bind(1, pair_of(one, other));
    return conversation_of(db, select);
}

Result<Conversation> joined_conversation(Database& db, const campus::Directory& directory,
                                         std::string_view user, std::string_view id,
                                         const char* field) {
    TRY(auto conversation, load_conversation(db, id));
    if (!conversation || conversation->find_shown(user) == nullptr ||
        !directory.is_member(user, "global")) {
        return unknown("conversation", field);
    }
    return std::move(*conversation);
}

Result<MessageInConversation> visible_message(Database& db, const campus::Directory& directory,
                                              std::string_view user, std::string_view id,
                                              const char* field) {
    TRY(auto message, load_message(db, id));
    if (!message) return unknown("message", field);
    auto conversation = joined_conversation(db, directory, user, message->conversation, field);
    if (!conversation.ok()) {
        if (conversation.error().code != Code::not_found) return conversation.error();
        return unknown("message", field);
    }
    TRY(const auto viewers, viewers_of(db, *conversation, *message));
    if (std::ranges::find(viewers, user) == viewers.end()) return unknown("message", field);
    return MessageInConversation{std::move(*message), std::move(*conversation)};
}

bool is_still_in(const campus::Directory& directory, const Conversation& conversation,
                 std::string_view user) {
    return directory.is_member(user, "global") &&
           (!conversation.group || directory.conversations().contains(conversation.room(), user));
}

Result<std::vector<std::string>> viewers_of(Database& db, const Conversation& conversation,
                                            const Message& message) {
    TRY(const auto hidden, hidden_from(db, message.id));
    std::vector<std::string> users;
    for (const Member& member : conversation.members) {
        if (member.shown && member.joined_row < message.row && !hidden.contains(member.id))
            users.push_back(member.id);
    }
    return users;
}

Result<bool> is_there_for(Database& db, std::string_view message, std::string_view user) {
    auto select = db.statement(
        "SELECT 1 FROM messages WHERE id = ?1 AND NOT EXISTS"
        " (SELECT 1 FROM hidden_messages WHERE message = ?1 AND user = ?2)");
    select.bind_all(message, user);
    return select.step();
}

Result<std::vector<Message>> load_messages(Database& db, const MessageQuery& query) {
    auto select = db.statement("SELECT " MESSAGE_COLUMNS
                               " FROM messages WHERE conversation = ?1 AND row > ?2 AND row < ?3"
                               " AND NOT EXISTS (SELECT 1 FROM hidden_messages"
                               "                 WHERE message = messages.id AND user = ?4)"
                               " ORDER BY row DESC LIMIT ?5");
    select.bind_all(query.conversation, query.joined_row, query.before, query.user,
                    static_cast<std::int64_t>(query.limit));
    std::vector<Message> messages;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return messages;
        messages.push_back(message_of(select));
    }
}

Result<std::int64_t> count_unread(Database& db, const Conversation& conversation,
                                  const Member& member) {
    auto select = db.statement(
        "SELECT count(*) FROM (SELECT id, author FROM messages"
        "                      WHERE conversation = ?1 AND row > ?2 ORDER BY row DESC LIMIT ?4)"
        " AS latest WHERE author <> ?3 AND NOT EXISTS"
        " (SELECT 1 FROM hidden_messages WHERE message = latest.id AND user = ?3)");
    select.bind_all(std::string_view{conversation.id}, std::max(member.joined_row, member.read_row),
                    std::string_view{member.id},
                    static_cast<std::int64_t>(limits::unread_counted_max));
    TRY([[maybe_unused]] const bool row, select.step());
    return select.number(0);
}

Result<std::int64_t> last_message_row(Database& db) {
    return db.last_number("messages");
}

}  // namespace homeroom::features::messages
