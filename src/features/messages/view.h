// Conversations, messages and events in the contract's JSON.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "campus/surface.h"
#include "features/messages/records.h"

namespace homeroom::features::messages {

campus::Json message_view(const campus::Directory& directory, const Message& message);

// As all its members see it.
campus::Json conversation_view(const campus::SchoolPolicy& policy,
                               const campus::Directory& directory,
                               const Conversation& conversation);

// Of the members of a conversation these, as long as they are.
campus::Audience audience_of(const Conversation& conversation, std::vector<std::string> users);

// Announces to `users`, members of the conversation, as long as they are. `subject` is the id of
// the message with which the event and the answer are to be forgotten; empty: of none.
Status announce(campus::WriteCall& call, std::string_view type, const Conversation& conversation,
                std::vector<std::string> users, const std::string& subject,
                const campus::Json& body);

}  // namespace homeroom::features::messages
