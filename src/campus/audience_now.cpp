#include "campus/audience_now.h"

#include <algorithm>

#include "campus/audience.h"

namespace homeroom::campus {

std::optional<store::StoredAudience> AudienceNow::of(const store::StoredAudience& stored) {
    const auto audience = Audience::from_stored(stored);
    store::StoredAudience now = stored;
    std::erase_if(now.users,
                  [&](const std::string& user) { return !audience.admits(user, directory_); });
    // Whoever is named and still admitted is somebody; else it is asked of the room.
    if (now.users.empty() && !is_for_somebody(now)) return std::nullopt;
    return now;
}

// Without those whom it names: members of its room, or the person whose room it is.
bool AudienceNow::is_for_somebody(const store::StoredAudience& stored) {
    const auto audience = Audience::from_stored(stored);
    const auto [place, is_new] = somebody_.try_emplace(audience.to_text(), false);
    if (is_new) {
        place->second = std::ranges::any_of(
            directory_.members_of(stored.room),
            [&](const std::string& user) { return audience.admits(user, directory_); });
    }
    return place->second;
}

}  // namespace homeroom::campus
