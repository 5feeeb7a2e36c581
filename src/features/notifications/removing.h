// What ends or changes notifications that are there already. Steps of the follower; each result is
// the position at which to go on. Writer thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "campus/following.h"
#include "features/notifications/rules.h"

namespace homeroom::features::notifications {

using Further = std::optional<std::string>;

// With what the journal's row of a notification is forgotten.
std::string journal_subject(std::string_view user, std::string_view subject);

// What they are about was taken back: out of every inbox.
Result<Further> remove(campus::FollowCall& call, const Removal& removal);
// Somebody's rooms have changed: what he sees no more is gone for his devices, and not counted.
Result<Further> hide(campus::FollowCall& call);
// Somebody is in a conversation no more: what it told him goes. If he is in it again one day, he
// sees what is written from then on.
Result<Further> leave_conversation(campus::FollowCall& call);
// An announcement has another title.
Result<Further> retitle(campus::FollowCall& call);
// Who has read a conversation need not be notified of it any more.
Result<Further> mark_conversation_read(campus::FollowCall& call);

}  // namespace homeroom::features::notifications
