// A call as a row keeps it, and as an event's notes tell it inside the server: also what no client
// is shown. The notes are kept for as long as the journal: in them are no votes, nor tallies that
// were not told, of which those of an anonymous poll could be put together.
#pragma once

#include <cstdint>

#include "campus/surface.h"
#include "features/calls/call.h"

namespace homeroom::features::calls {

enum class Keeping : std::uint8_t { all, told };

campus::Json to_stored(const Call& call, Keeping keeping = Keeping::all);
// Of our own making; what is missing is as in a new one.
Call from_stored(const campus::Json& stored);

}  // namespace homeroom::features::calls
