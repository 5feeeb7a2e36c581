// The pump's cursors as rows: one for each partition of the topic of events. On the thread of the
// connection.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "store/store.h"

namespace homeroom::backbone {

std::span<const store::Migration> backbone_migrations();

// For so many partitions. When there were others, or none, each key may be anywhere: all begin
// where the slowest was, or before the oldest event that is kept.
Result<std::vector<store::Seq>> load_cursors(store::Database& db, std::size_t partitions);
// The same in two steps, for whoever learns of the partitions later.
Result<std::vector<store::Seq>> stored_cursors(store::Database& db);
Result<std::vector<store::Seq>> cursors_for(store::Database& db, std::vector<store::Seq> stored,
                                            std::size_t partitions);
Status save_cursors(store::Database& db, std::span<const store::Seq> cursors);

// An event that no broker takes, not even as a dead letter without its data.
struct LeftOut {
    store::Seq seq = 0;
    std::string reason{};
};
// In the transaction of the cursors that pass them, so that what is missing from the topic is known
// from what was lost. Those that the journal no longer has are forgotten.
Status save_left_out(store::Transaction& transaction, std::span<const LeftOut> events);

// What is known without a broker: where the slowest partition was, and how large an event is, on
// average of the last.
struct StoredBacklog {
    store::Seq slowest = 0;
    double event_bytes = 0;
};
Result<StoredBacklog> stored_backlog(store::Database& db);

// When the oldest event was written that is not delivered: nothing of that time or later may be
// pruned. Empty: all are delivered.
Result<std::string> oldest_undelivered(store::Database& db);

}  // namespace homeroom::backbone
