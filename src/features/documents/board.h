// Whiteboards: a document whose shapes are the entries of the map "shapes", each under its id. Who
// draws there (Role::drawer) adds shapes of his own and changes those; others' he does not touch.
// Judged from the bytes: what he writes stands beside, and within, only what he has written
// himself, what he deletes is his, and a new shape's id is nobody's. An editor touches all of them,
// and what he has changed is his.
//
// Whoever writes, a board consists of shapes, and they of values, texts and lists: strokes are
// lists of numbers, pictures stand in it by the id of an attachment. So everything on it can be
// drawn, and nothing is in it that somebody would have to fetch from elsewhere or that is a file.
//
//   shapes := { id: shape }*            shape := a map, or an object, with `type`, a word
//
// On the writer, inside a transaction.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "campus/surface.h"
#include "yjs/changes.h"

namespace homeroom::features::documents {

// `invalid` for what is no part of a shape, `too_large` for too much in one.
Status require_records(const yjs::Update& fresh);
// `forbidden` if this changes anything that is not his.
Status require_own_shapes(store::Transaction& transaction, const std::string& part,
                          const campus::Principal& who, const yjs::Update& fresh,
                          const yjs::Changes& changes);
// The ids of new shapes become his who made them, for good. `forbidden` for a drawer where there is
// one already; `too_large` where too many are new.
enum class Claiming : bool { own_only, any };
Status claim_shapes(store::Transaction& transaction, const std::string& part,
                    const campus::Principal& who, const yjs::Update& fresh, Claiming claiming);

// The change that takes out everything that is there.
std::string clearing(const yjs::Known& known);

// doc:shapes
struct OwnedShape {
    std::string id{};
    std::string user{};
};
// In the order of their ids, those behind `after`; one more than the limit.
Result<std::vector<OwnedShape>> load_shapes(store::Database& db, const std::string& part,
                                            std::string_view after, std::size_t limit);

}  // namespace homeroom::features::documents
