// One transaction of many commands. Writer thread only.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "base/result.h"
#include "store/store.h"

namespace homeroom::store {

// What became of one command; events only when it is committed.
struct Outcome {
    Status status = Ok{};
    std::vector<JournalEvent> events{};
};

// Asked between two attempts to find out what became of a commit; false: the batch is given up, its
// outcome unknown. It does the waiting, too.
using Patience = std::function<bool()>;

// Runs the works in one transaction, each in a savepoint, and commits; `last` is the journal's last
// seq. Gives their outcomes in order, once these are final. Usually all; but when the database
// gives the transaction up in the middle, only those up to that point, at least one: the caller
// then goes on with the rest in another batch.
std::vector<Outcome> run_batch(Database& db, std::span<const Work* const> works, Seq last,
                               const Patience& patience);

}  // namespace homeroom::store
