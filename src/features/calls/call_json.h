// A call as a row keeps it, and as an event's notes tell it inside the server: all of it, also what
// no client is shown.
#pragma once

#include "campus/surface.h"
#include "features/calls/call.h"

namespace homeroom::features::calls {

campus::Json to_stored(const Call& call);
// Of our own making; what is missing is as in a new one.
Call from_stored(const campus::Json& stored);

}  // namespace homeroom::features::calls
