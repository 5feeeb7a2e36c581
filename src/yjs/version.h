// A document at a time: how much of each client's work there was, and what of it was deleted. A few
// bytes beside a document that keeps what was deleted; the same as Yjs' snapshots.
//
// version := delete_set state_vector
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "yjs/changes.h"
#include "yjs/id_set.h"
#include "yjs/limits.h"
#include "yjs/state_vector.h"
#include "yjs/update.h"

namespace homeroom::yjs {

struct Version {
    StateVector state{};
    IdSet deleted{};

    static Version of(const Known& document) { return {document.state(), document.deleted()}; }
    static Result<Version> decode(std::string_view bytes, const DecodeLimits& limits);
    std::string encode() const;
};

// The document as it was: an update, to be loaded or sent. What later compaction dropped is empty.
std::string as_of(const Update& document, const Version& then);

struct Restored {
    std::string update;  // changes nothing if nothing has changed
    Clock lost = 0;      // units whose content is gone
};

// A change that makes the document again what it was: what came since is deleted, what went since
// is inserted again where it was, in the name of `next`'s client, whose clock that is. What is
// there now as it was then stays, with its author. Applied after changes that `document` has not
// got, it leaves those. Errors: too_large, as for loading.
Result<Restored> restore(const Update& document, const Version& then, const Id& next);

}  // namespace homeroom::yjs
