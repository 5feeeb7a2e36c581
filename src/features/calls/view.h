// A call as clients are shown it: the contract's `Call`. The same for all who may see it, so that
// all devices agree: whose `version` is the highest is the call.
#pragma once

#include "campus/surface.h"
#include "features/calls/call.h"

namespace homeroom::features::calls {

campus::Json call_view(const campus::Directory& directory, const Call& call);

}  // namespace homeroom::features::calls
