// What of an update somebody lacks.
#pragma once

#include <string>

#include "yjs/state_vector.h"
#include "yjs/update.h"

namespace homeroom::yjs {

// Byte for byte Yjs' diffUpdate: the structs that end behind what the state vector says, the first
// of a client cut where it is known; and all deletions, which no state vector tells of.
std::string diff(const Update& update, const StateVector& known);

}  // namespace homeroom::yjs
