// Conversations, their members and messages as they are stored, and how one is found by somebody
// who may see it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "campus/audience.h"
#include "campus/surface.h"
#include "store/database.h"

namespace homeroom::features::messages {

struct Member {
    std::string id{};
    std::string name{};  // as it was when he came
    bool shown = true;   // see messages.cpp
    std::int64_t joined_row = 0;
    std::int64_t read_row = 0;
    std::string read_message{};  // empty: none
    std::int64_t active_row = 0;
    store::Seq since = 0;  // the journal's moment at which he came
};

struct Conversation {
    std::string id{};
    bool group = false;
    std::string title{};            // of a group; may be empty
    std::vector<Member> members{};  // in the order in which they came

    std::string room() const { return campus::conversation_room(id); }
    const Member* find(std::string_view user) const;        // also when it is not shown to him
    const Member* find_shown(std::string_view user) const;  // null as well when it is not
    // Who leads a group: of its members on the roster the one who came first, also when it is not
    // shown to him. Passing him over would tell the others that he blocks who brought him in.
    const Member* owner(const campus::Directory& directory) const;  // null: nobody
    std::vector<std::string> shown_to() const;
    // The same for the directory, which tells by it who may see what was written earlier.
    campus::ConversationMembers::Change members_now() const;
    std::vector<std::string> ids() const;  // of all members
};

struct Message {
    std::int64_t row = 0;
    std::string id{};
    std::string conversation{};
    std::string author{};
    std::string author_name{};  // as it was when it was written
    std::string text{};
    std::string created_at{};
    std::string edited_at{};  // empty: never
};

struct MessageInConversation {
    Message message{};
    Conversation conversation{};
};

Result<std::optional<Conversation>> load_conversation(store::Database& db, std::string_view id);
// The conversation between the two, if there is one.
Result<std::optional<Conversation>> load_conversation_between(store::Database& db,
                                                              std::string_view one,
                                                              std::string_view other);
std::string pair_of(std::string_view one, std::string_view other);

// The conversation that a request's field names, if `user` is in it; else `not_found`.
Result<Conversation> joined_conversation(store::Database& db, const campus::Directory& directory,
                                         std::string_view user, std::string_view id,
                                         const char* field);
// A message that `user` may see and the conversation it is in, likewise.
Result<MessageInConversation> visible_message(store::Database& db,
                                              const campus::Directory& directory,
                                              std::string_view user, std::string_view id,
                                              const char* field);
// Whether the user is in it still, when everything has been read: he may have been removed since
// the snapshot was taken.
bool is_still_in(const campus::Directory& directory, const Conversation& conversation,
                 std::string_view user);

// Those who may see a message, its author among them, and therefore every event about it.
Result<std::vector<std::string>> viewers_of(store::Database& db, const Conversation& conversation,
                                            const Message& message);

// Whether the message is there and not kept from the user, which it is for ever (decision 11).
Result<bool> is_there_for(store::Database& db, std::string_view message, std::string_view user);

// A page of a conversation's messages, newest first.
struct MessageQuery {
    std::string_view conversation{};
    std::string_view user{};      // leaves out what is hidden from him; empty: nothing
    std::int64_t joined_row = 0;  // rows newer than this
    std::int64_t before = INT64_MAX;
    std::size_t limit = 0;
};
Result<std::vector<Message>> load_messages(store::Database& db, const MessageQuery& query);

// How many messages of others he has not read, among the last limits::unread_counted_max.
Result<std::int64_t> count_unread(store::Database& db, const Conversation& conversation,
                                  const Member& member);

// The last row that a message has or ever had.
Result<std::int64_t> last_message_row(store::Database& db);

}  // namespace homeroom::features::messages
