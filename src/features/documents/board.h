// Whiteboards: a document whose shapes are the entries of the map "shapes", each under its id. Who
// draws there (Role::drawer) adds shapes of his own and changes those; others' he does not touch.
// Judged from the bytes: what he writes stands beside, and within, only what he has written
// himself, what he deletes is his, and a new shape's id is nobody's. An editor touches all of them,
// and what he has changed is his.
//
// On the writer, inside a transaction.
#pragma once

#include <string>

#include "campus/surface.h"
#include "yjs/changes.h"

namespace homeroom::features::documents {

// `forbidden` if this changes anything that is not his.
Status require_own_shapes(store::Transaction& transaction, const std::string& part,
                          const campus::Principal& who, const yjs::Update& fresh,
                          const yjs::Changes& changes);
// The ids of new shapes become his who made them, for good. `forbidden` for a drawer where there is
// one already; `too_large` where too many are new.
enum class Claiming : bool { own_only, any };
Status claim_shapes(store::Transaction& transaction, const std::string& part,
                    const campus::Principal& who, const yjs::Update& fresh, Claiming claiming);

}  // namespace homeroom::features::documents
