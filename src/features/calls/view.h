// A call as clients are shown it: the contract's `Call`. The same for all whom it concerns, so that
// all devices agree: whose `version` is the highest is the call. But for one thing: who has refused
// to be recorded is to the others one who has not answered. He himself and who leads the call are
// told (NewsKind::refused), and in answers; what is told to all says it to nobody.
#pragma once

#include <string_view>

#include "campus/surface.h"
#include "features/calls/call.h"

namespace homeroom::features::calls {

// `refuser`: of him it is said.
campus::Json call_view(const campus::Directory& directory, Call call,
                       std::string_view refuser = {});
// In an answer to one of it. Who may not know any more who else is of it (rules.h) is shown that it
// was, and what became of himself.
campus::Json call_view_for(const campus::Directory& directory, Call call, std::string_view user);

// What whoever stands outside is told of one that has a lobby: that it is, and nobody of it.
campus::Json outside_view(const campus::Directory& directory, Call call);

}  // namespace homeroom::features::calls
