// The texts that a post or comment had before it was changed, for the room's staff.
#pragma once

#include <string_view>

#include "features/feed/records.h"

namespace homeroom::features::feed {

// Keeps a text that is about to be replaced; `at` is since when it stood there. The oldest of many
// go.
Status keep_version(store::Database& db, std::string_view target, std::string_view text,
                    std::string_view at);

}  // namespace homeroom::features::feed
