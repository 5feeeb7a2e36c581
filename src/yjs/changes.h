// What an update would change in a document, told from its bytes: the ground of every right inside
// a document. Nothing of the document's content is needed, only which units and deletions it has.
#pragma once

#include <string>
#include <vector>

#include "yjs/id_set.h"
#include "yjs/state_vector.h"
#include "yjs/update.h"

namespace homeroom::yjs {

// What a document consists of. Not thread-safe; 24 bytes a stretch, of which a client has one as
// long as nothing of it is missing.
class Known {
public:
    Known() = default;
    explicit Known(const Update& document) { add(document); }

    void add(const Update& update);

    const IdSet& structs() const { return structs_; }
    const IdSet& deleted() const { return deleted_; }
    StateVector state() const { return StateVector::of(structs_); }
    // Stretches beyond the first of each client: how much came ahead of what it stands on.
    std::size_t holes() const;

private:
    IdSet structs_{};
    IdSet deleted_{};
};

struct Changes {
    std::vector<IdRange> written;  // units the document has not got, in the update's order
    std::vector<IdRange> deleted;  // units not deleted before, whether it has them or not
    // Deletions of units that are neither in the document nor in the update. Yjs keeps them for
    // when the units come.
    std::vector<IdRange> deleted_ahead;

    // A viewer's update must be so: what it has came from here.
    bool none() const { return written.empty() && deleted.empty(); }
};

Changes changes(const Update& update, const Known& known);

// How many holes the document would have with them. Each costs memory, and in every merge: who adds
// an update to a document keeps them below document_limits.holes_max, or it can't be read again.
std::size_t holes_with(const Changes& changes, const Known& known);

// The clients, each once, in whose name the update writes: descending. An editor's must be his own.
std::vector<ClientId> writers(const Changes& changes);

// The update without what the document has: this is what is kept and passed on. Otherwise an update
// could say again, in other words, what somebody else has written, and a later merge would have to
// choose whom to believe.
std::string only_new(const Update& update, const Known& known);

}  // namespace homeroom::yjs
