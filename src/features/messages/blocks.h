// What messages make of who has blocked whom (campus/blocks.h).
#pragma once

#include <string>
#include <vector>

#include "campus/blocks.h"
#include "features/messages/records.h"

namespace homeroom::features::messages {

using campus::blocked_by;
using campus::is_blocked;
using campus::leave_out_blockers;

// Keeps a message from those members who block its author. Gives them.
Result<std::vector<std::string>> hide_from_blockers(store::Database& db,
                                                    const Conversation& conversation,
                                                    const Message& message);

}  // namespace homeroom::features::messages
