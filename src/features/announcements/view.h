// Announcements and the events about them in the contract's JSON.
#pragma once

#include <string>
#include <string_view>

#include "campus/surface.h"
#include "features/announcements/records.h"

namespace homeroom::features::announcements {

// As everybody sees it who may: without `mine`.
campus::Json announcement_view(const campus::Directory& directory,
                               const Announcement& announcement);

// { "acknowledgedAt": time | null }
campus::Json mine_view(const std::optional<std::string>& acknowledged_at);

// Announces about one announcement, with which the event is forgotten.
struct Notice {
    std::string_view type{};
    campus::Audience audience;
    std::string by_json{};
    campus::Json body{};
};
Status announce(store::Transaction& transaction, const Announcement& about, const Notice& notice);

}  // namespace homeroom::features::announcements
