#include "campus/conversation_members.h"

#include <algorithm>
#include <limits>
#include <mutex>
#include <utility>

namespace homeroom::campus {
namespace {

constexpr std::string_view room_prefix = "conversation-";

}  // namespace

std::string conversation_room(std::string_view id) {
    return std::string{room_prefix} += id;
}

bool is_conversation_room(std::string_view room) {
    return room.starts_with(room_prefix);
}

void ConversationMembers::apply(Change change) {
    const std::unique_lock lock(mutex_);
    if (change.members.empty()) {
        members_.erase(change.room);
    } else {
        members_.insert_or_assign(std::move(change.room), std::move(change.members));
    }
}

bool ConversationMembers::contains(std::string_view room, std::string_view user) const {
    return sees(room, user, std::numeric_limits<store::Seq>::max());
}

bool ConversationMembers::sees(std::string_view room, std::string_view user,
                               store::Seq moment) const {
    const std::shared_lock lock(mutex_);
    const auto found = members_.find(room);
    if (found == members_.end()) return false;
    const auto member = std::ranges::find(found->second, user, &Member::user);
    return member != found->second.end() && member->since <= moment;
}

}  // namespace homeroom::campus
