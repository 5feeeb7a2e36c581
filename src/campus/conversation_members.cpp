#include "campus/conversation_members.h"

#include <algorithm>
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
    if (change.users.empty()) {
        users_.erase(change.room);
    } else {
        users_.insert_or_assign(std::move(change.room), std::move(change.users));
    }
}

bool ConversationMembers::contains(std::string_view room, std::string_view user) const {
    const std::shared_lock lock(mutex_);
    const auto found = users_.find(room);
    return found != users_.end() && std::ranges::find(found->second, user) != found->second.end();
}

}  // namespace homeroom::campus
