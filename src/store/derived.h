// What is derived from an event goes with it: a notification of what was deleted is not shown
// again.
//
// The derived event has the place of its source. When the source is forgotten, whatever was derived
// from it is found to be gone when it is read; nobody looks for it, as there may be one for each of
// thousands. Every function works on the connection it is given, on that connection's thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "store/journal.h"
#include "store/store.h"

namespace homeroom::store {

// The migration "journal/derived": the place, and a view for what others keep of events:
// journal_forgotten (seq), the events whose subject was deleted.
extern const char* const journal_derived_schema;

// Publishes what follows from the event at `source`.
Status publish_derived(Transaction& transaction, const EventDraft& draft, Seq source);

// As forget(), where the thing is still there and is told of anew: what was derived from the
// earlier events stays. Inside the writer's transaction only.
Status supersede(Database& db, std::string_view subject);

// One event without what it says. Its kind is "forgotten" also where that follows from its source.
struct JournalHead {
    Seq seq = 0;
    std::string id{};
    std::string at{};
    std::string type{};
    StoredAudience audience{};
};
Result<std::optional<JournalHead>> read_head(Database& db, Seq seq);

}  // namespace homeroom::store
