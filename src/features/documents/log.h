// What a document, or its comments, consists of: a snapshot, and the updates that came since. That
// is all that is kept, and what has been acknowledged is in it.
//
// Each function works on the connection it is given, on that connection's thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.h"
#include "yjs/changes.h"

namespace homeroom::features::documents {

// Which units and deletions there are, by which updates are judged. Made on any thread; then the
// writer's alone. It may be behind the tables, or ahead of a commit that failed: catch_up().
struct Part {
    yjs::Known known{};
    std::int64_t through = 0;  // the sequence of the last update in it
    std::size_t bytes = 0;     // stored
    std::size_t snapshot_bytes = 0;
    std::size_t updates_behind = 0;  // the snapshot
    std::size_t structs = 0;         // as many as are stored, at most
    // For any thread:
    std::atomic<std::size_t> stretches{};  // of `known`
    std::atomic<bool> was_written{false};  // since the snapshot
    std::atomic<bool> rests{false};        // compaction did not work

    bool wants_compaction() const;
};

Result<std::shared_ptr<Part>> load_part(store::Database& db, const std::string& part);

// --- On the writer, inside a transaction.
Status catch_up(store::Database& db, const std::string& part, Part& state);
// `update` is `bytes`, and nothing of it is known. `too_large` where the document is full.
Status append_update(store::Transaction& transaction, const std::string& part, Part& state,
                     const std::string& bytes, const yjs::Update& update);

// --- The whole of it as one update.
struct Whole {
    std::int64_t sequence = 0;
    std::shared_ptr<const std::string> bytes{};
};
// `earlier`, if there is one, is gone on with where it can be.
Result<Whole> load_whole(store::Database& db, const std::string& part, const Whole& earlier);
// The same without what is deleted from it.
Result<std::string> load_clean(store::Database& db, const std::string& part);
struct StoredSize {
    std::size_t bytes = 0;
    std::size_t structs = 0;  // at most
};
Result<StoredSize> stored_size(store::Database& db, const std::string& part);
Result<std::int64_t> last_sequence(store::Database& db, const std::string& part);

// --- Compaction: made on a reader, put in place on the writer.
struct Compacted {
    std::int64_t through = 0;
    std::string bytes{};
    std::size_t structs = 0;
    bool keeps_deleted = false;
};
// Nothing: there is nothing to do, or it would be too large to be read again.
Result<std::optional<Compacted>> compact_part(store::Database& db, const std::string& part);
// What a new document begins with.
Status insert_snapshot(store::Transaction& transaction, const std::string& part,
                       const std::string& bytes, std::size_t structs);
// False: what it was made of is not there any more. `state` may be null.
Result<bool> replace_snapshot(store::Transaction& transaction, const std::string& part,
                              const Compacted& compacted, Part* state);
// Those behind `after` of which something may be left out, by name: updates behind the snapshot, or
// a snapshot that keeps what was deleted for a version that is no more.
Result<std::vector<std::string>> uncompacted_parts(store::Database& db, std::string_view after,
                                                   std::size_t limit);

}  // namespace homeroom::features::documents
