// Updates as one that is small: what a document is kept as. One pass over the structs, in the order
// of a merge; nothing is integrated. Any thread.
//
// A run of structs of one client, each made directly behind the other and under the same right
// neighbour, says no more than one struct of all their content, so they become one. Of what is
// deleted only the place must be known, so that others can refer to it: its content is left out.
// Ids, origins and state vector stay, and so does what anybody makes of it together with anything
// that comes later.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "yjs/update.h"

namespace homeroom::yjs {

enum class DeletedContent : std::uint8_t {
    kept,     // somebody may want to see an earlier version, or undo
    dropped,  // deleted text leaves the storage. Types and sub-documents stay, as places
};

std::string compact(std::span<const Update> updates, DeletedContent deleted);

}  // namespace homeroom::yjs
