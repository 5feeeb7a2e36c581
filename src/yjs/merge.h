// Several updates as one, which is the same to whoever applies it. Nothing is integrated: the cost
// is the bytes, and a heap over the updates. Any thread.
#pragma once

#include <span>
#include <string>

#include "yjs/update.h"

namespace homeroom::yjs {

// Byte for byte what Yjs' mergeUpdates makes of updates that Yjs wrote; holes become Skips. Other
// bytes, but the same to whoever applies them: if one update has as garbage what another still has
// (which of them Yjs takes depends on how the engine sorts), and if an update's clients are not
// descending (Yjs can lose structs then).
std::string merge(std::span<const Update> updates);

// Told of each struct of a merge in the order in which it is written: clients descending, clocks
// ascending, no unit twice.
class StructSink {
public:
    virtual void take(const Struct& item) = 0;

protected:
    ~StructSink() = default;
};

void merge_structs(std::span<const Update> updates, StructSink& sink);

// All that any of them deletes, sorted and joined.
std::vector<IdRange> merged_deletions(std::span<const Update> updates);

}  // namespace homeroom::yjs
