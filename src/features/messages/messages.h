// Messages: conversations between two, and of small groups.
//
//   message:send, message:update, message:delete                              sending.cpp
//   message:list, message:read, conversation:list                             reading.cpp
//   conversation:create, conversation:add, :remove, :leave                    conversations.cpp
//   block:set, block:list                                                     blocks.cpp
//   supervision:list, supervision:read                                        supervision.cpp
//
// Rules (docs/decisions/0011-conversations.md): who may write to whom is the school's policy
// (campus/contact.h), asked anew at every send. To those who are not in a conversation it is one
// that never was. A member of a group sees what was written since he came. Whoever is blocked
// notices nothing.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "campus/audience.h"
#include "campus/personal_data.h"
#include "campus/surface.h"

namespace homeroom::features::messages {

void register_messages(campus::Surface& surface);
std::span<const store::Migration> messages_migrations();
// What it keeps of people (campus/personal_data.h).
campus::PersonalData personal_data();

// Those who would get a message that `user` wrote in this conversation now, without himself: for
// telling them that he types. Nothing where that is nobody, as when all block him; an Error as
// message:send has it where he may not write.
Result<std::optional<campus::Audience>> readers_of_conversation(const campus::SchoolPolicy& policy,
                                                                store::Database& db,
                                                                const campus::Directory& directory,
                                                                const std::string& user,
                                                                const std::string& id);

// Tells the directory who is in which group, at start.
Status load_conversations(store::Database& db, campus::Directory& directory);

}  // namespace homeroom::features::messages
