// One event of the journal by its name, without what it says. Reader threads.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "store/journal.h"

namespace homeroom::campus {

struct FoundEvent {
    store::Seq seq = 0;
    std::string id{};
    std::string at{};
    std::string type{};
    store::StoredAudience audience{};
};

// `name`: its seq as clients have it (the cursor), or its id. There is no index of ids, which would
// cost every event: an id says when it was made, and it is looked for among the events of that
// time. Where the clock was set back since, it is found by its seq alone.
Result<std::optional<FoundEvent>> find_event(store::Database& db, std::string_view name);

}  // namespace homeroom::campus
