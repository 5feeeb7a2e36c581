// What a returning client missed: read from the journal, judged again when it is sent.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "campus/roster/directory.h"
#include "store/database.h"
#include "store/journal.h"

namespace homeroom::campus {

struct Backlog {
    store::Seq after = 0;    // what the client said it has
    store::Seq through = 0;  // how far the journal was read
    // The journal does not reach back that far, or it is too much, or it can't be read: the client
    // reloads.
    bool gap = true;
    std::vector<store::JournalEvent> events{};

    static Backlog none(store::Seq after) { return {.after = after, .through = after}; }
};

// The user's events behind `after`, as long as they are no more than `bytes_max` and
// limits::replay_events_max. Reader thread; `db` is in its snapshot.
Backlog read_backlog(store::Database& db, const Directory& directory, std::string_view user,
                     store::Seq after, std::size_t bytes_max);

}  // namespace homeroom::campus
