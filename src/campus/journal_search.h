// One event of the journal by its name, without what it says. Reader threads.
#pragma once

#include <optional>
#include <string_view>

#include "store/derived.h"

namespace homeroom::campus {

// `name`: its seq as clients have it (the cursor), or its id. There is no index of ids, which would
// cost every event: an id says when it was made, and it is looked for among the events of that
// time. Where the clock was set back since, it is found by its seq alone.
Result<std::optional<store::JournalHead>> find_event(store::Database& db, std::string_view name);

// The first event that told of this thing (EventDraft::subject): a post's `post:created`.
Result<std::optional<store::JournalHead>> find_event_about(store::Database& db,
                                                           std::string_view subject);

}  // namespace homeroom::campus
