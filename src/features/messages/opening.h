// Conversations come to be: between two with the first message, groups by request.
#pragma once

#include <string>
#include <string_view>

#include "campus/surface.h"
#include "features/messages/records.h"

namespace homeroom::features::messages {

// `rate_limited` when the user has made as many within a minute as he may.
Status allow_opening(const campus::WriteCall& call);

// With the caller as its first member. `pair` is of one between two (else empty), `title` of a
// group.
Result<Conversation> open_conversation(campus::WriteCall& call, std::string_view pair,
                                       std::string title);
// Adds somebody, who sees what is written from now on.
Status add_member(campus::WriteCall& call, Conversation& conversation, const std::string& user,
                  bool shown);

// The conversation with `other`: the one there is, or a new one, if he may write to him.
Result<Conversation> conversation_with(campus::WriteCall& call, const std::string& other,
                                       const char* field);

// Whether somebody may write in it now: what the school says, and whom he blocks himself.
struct Writer {
    store::Database& db;
    const campus::Directory& directory;
    const campus::SchoolPolicy& policy;
    const std::string& user;
};
Status require_may_write(const Writer& writer, const Conversation& conversation, const char* field);
Status require_may_write(const campus::WriteCall& call, const Conversation& conversation,
                         const char* field);

}  // namespace homeroom::features::messages
