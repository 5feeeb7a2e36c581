// Who is told that somebody writes in a conversation, before there is a message.

#include "features/messages/blocks.h"
#include "features/messages/messages.h"
#include "features/messages/opening.h"
#include "features/messages/view.h"

namespace homeroom::features::messages {

Result<std::optional<campus::Audience>> readers_of_conversation(const campus::SchoolPolicy& policy,
                                                                store::Database& db,
                                                                const campus::Directory& directory,
                                                                const std::string& user,
                                                                const std::string& id) {
    TRY(const auto conversation, joined_conversation(db, directory, user, id, "to"));
    TRY_OK(require_may_write(Writer{db, directory, policy, user}, conversation, "to"));
    auto readers = conversation.shown_to();
    TRY_OK(leave_out_blockers(db, user, readers));
    std::erase(readers, user);
    if (readers.empty()) return std::optional<campus::Audience>{};
    return std::optional{audience_of(conversation, std::move(readers)).at(campus::this_moment)};
}

}  // namespace homeroom::features::messages
