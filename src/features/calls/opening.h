// What requests about calls begin with: the call that is meant, and who comes.
#pragma once

#include <string>

#include "campus/surface.h"
#include "features/calls/call.h"
#include "features/calls/records.h"

namespace homeroom::features::calls {

Result<std::string> requested_call(const campus::Json& request);
// The call of the request, if the caller may know of it.
Result<Record> visible_call(const campus::WriteCall& call, const campus::Json& request);

// The time of this command.
WallTime now_of(const campus::WriteCall& call);

// The caller as somebody who comes over this connection; `conflict` where he is in another call.
// What he left behind because a connection was lost, he leaves by it.
Result<Arrival> arriving(campus::WriteCall& call, std::string_view to_call);

// {call, leg}: to who has come.
campus::Json arrival_answer(const campus::WriteCall& call, const Call& joined);

Status settle_by_caller(campus::WriteCall& call, const Record& record, const Happenings& news);

}  // namespace homeroom::features::calls
