#include "features/messages/messages.h"

#include <utility>

#include "features/messages/blocks.h"
#include "features/messages/records.h"
#include "features/messages/requests.h"

namespace homeroom::features::messages {
namespace {

// Rows of messages count up and are never used again: they are the order of a conversation, and the
// measure of how far somebody has read. Of a member:
//   shown        0: the others see him as one of them, but he was brought in, or written to, only
//   by
//                somebody whom he blocks, and sees nothing of it
//   joined_row   he sees what has a higher row
//   read_row     how far he has read, and read_message, its id
//   active_row   the last message that he could see, for the order of his list
constexpr store::Migration migrations[] = {
    {"messages/1", R"sql(
        CREATE TABLE conversations (
            id TEXT NOT NULL PRIMARY KEY,
            pair TEXT UNIQUE,  -- the two of a conversation between two; NULL: a group
            title TEXT NOT NULL,
            creator TEXT NOT NULL, created_ms INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX conversations_of_creator ON conversations (creator, created_ms);

        CREATE TABLE conversation_members (
            place INTEGER PRIMARY KEY AUTOINCREMENT,
            conversation TEXT NOT NULL,
            user TEXT NOT NULL, name TEXT NOT NULL,
            shown INTEGER NOT NULL,
            joined_row INTEGER NOT NULL,
            read_row INTEGER NOT NULL DEFAULT 0, read_message TEXT,
            active_row INTEGER NOT NULL,
            UNIQUE (conversation, user)
        );
        CREATE INDEX conversations_of_user
            ON conversation_members (user, active_row, conversation);

        CREATE TABLE messages (
            row INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            conversation TEXT NOT NULL,
            author TEXT NOT NULL, author_name TEXT NOT NULL,
            text TEXT NOT NULL,
            created_at TEXT NOT NULL, edited_at TEXT
        );
        CREATE INDEX messages_of_conversation ON messages (conversation, row);

        -- From whom a message is kept because he blocks its author.
        CREATE TABLE hidden_messages (
            message TEXT NOT NULL, user TEXT NOT NULL,
            PRIMARY KEY (message, user)
        ) WITHOUT ROWID;

        CREATE TABLE blocks (
            blocker TEXT NOT NULL, blocked TEXT NOT NULL,
            PRIMARY KEY (blocker, blocked)
        ) WITHOUT ROWID;
    )sql"},
    // When a member came, as the journal counts: what it keeps from before is not for him.
    {"messages/2", "ALTER TABLE conversation_members ADD COLUMN since INTEGER NOT NULL DEFAULT 0"},
};

// The room that a conversation's notifications name.
Result<bool> is_in_conversation(store::Database& db, const campus::Directory& directory,
                                std::string_view user, std::string_view room) {
    const auto id = room.substr(campus::conversation_room("").size());
    const auto conversation = joined_conversation(db, directory, user, id, "room");
    if (conversation.ok()) return is_still_in(directory, *conversation, user);
    if (conversation.error().code == Code::not_found) return false;
    return conversation.error();
}

}  // namespace

std::span<const store::Migration> messages_migrations() {
    return migrations;
}

void register_messages(campus::Surface& surface) {
    surface.rooms().add(campus::conversation_room(""), is_in_conversation);
    surface.wishes().blocks = is_blocked;
    surface.write("message:send", send_message);
    surface.write("message:update", update_message);
    surface.write("message:delete", delete_message);
    surface.write("message:read", read_message);
    surface.read("message:list", list_messages);
    surface.read("conversation:list", list_conversations);
    surface.write("conversation:create", create_conversation);
    surface.write("conversation:add", add_members);
    surface.write("conversation:remove", remove_member);
    surface.write("conversation:leave", leave_conversation);
    surface.write("block:set", set_block);
    surface.read("block:list", list_blocks);
    surface.read("supervision:list", list_supervised);
    surface.read("supervision:read", read_supervised);
}

Status load_conversations(store::Database& db, campus::Directory& directory) {
    auto select = db.statement(
        "SELECT member.conversation, member.user, member.since FROM conversation_members AS member"
        " JOIN conversations ON conversations.id = member.conversation"
        " WHERE conversations.pair IS NULL AND member.shown <> 0 ORDER BY member.conversation");
    campus::ConversationMembers::Change group;
    while (true) {
        TRY(const bool more, select.step());
        auto room = more ? campus::conversation_room(select.text(0)) : std::string{};
        if (room != group.room) {
            if (!group.room.empty()) directory.conversations().apply(std::exchange(group, {}));
            group.room = std::move(room);
        }
        if (!more) return Ok{};
        group.members.push_back({.user = std::string{select.text(1)},
                                 .since = static_cast<store::Seq>(select.number(2))});
    }
}

}  // namespace homeroom::features::messages
