// Who has blocked whom: what decides whom a message does not reach.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "features/messages/records.h"

namespace homeroom::features::messages {

Result<bool> is_blocked(store::Database& db, std::string_view blocker, std::string_view blocked);

Result<std::unordered_set<std::string>> blocked_by(store::Database& db, std::string_view blocker);
// What somebody does reaches of these people those who do not block him.
Status leave_out_blockers(store::Database& db, std::string_view blocked,
                          std::vector<std::string>& users);

// Keeps a message from those members who block its author. Gives them.
Result<std::vector<std::string>> hide_from_blockers(store::Database& db,
                                                    const Conversation& conversation,
                                                    const Message& message);

}  // namespace homeroom::features::messages
