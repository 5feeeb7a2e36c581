// The moment at which a room sees an announcement: at once, or when its time has come.
#pragma once

#include <string>

#include "campus/schedule.h"
#include "features/announcements/records.h"

namespace homeroom::features::announcements {

inline constexpr const char* publishing_kind = "announcement";

// Marks it as published now, and tells its room. It is not stored yet.
Status publish_now(store::Transaction& transaction, const campus::Directory& directory,
                   Announcement& announcement, const std::string& by_json);

// The schedule's handler: its author must still be staff.
Status publish_due(campus::DueCall& call);

}  // namespace homeroom::features::announcements
