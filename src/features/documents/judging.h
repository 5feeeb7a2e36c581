// Whether somebody's update may become part of a document, judged from its bytes; and if so, it
// does. On the writer, inside a transaction, so that nothing is between judging and storing.
#pragma once

#include <cstdint>
#include <string>

#include "campus/surface.h"
#include "features/documents/log.h"
#include "features/documents/rules.h"

namespace homeroom::features::documents {

struct Taken {
    std::int64_t sequence = 0;  // up to here everything that he has sent is stored
    std::string fresh{};        // what others are to be told; empty: all of it was known
    Access access{};            // of whom it was judged by: himself alone
};

// Errors: not_found (to him there is no such document), forbidden (he may not write; or it writes
// in the name of somebody else's client), too_large.
Result<Taken> take_update(store::Transaction& transaction, const campus::Directory& directory,
                          const campus::Principal& who, const Name& name, Part& state,
                          const yjs::Update& update);

}  // namespace homeroom::features::documents
