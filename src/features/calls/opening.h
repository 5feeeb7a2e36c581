// What requests about calls begin with: the call that is meant, and who comes.
#pragma once

#include <string>
#include <vector>

#include "campus/surface.h"
#include "features/calls/call.h"
#include "features/calls/records.h"

namespace homeroom::features::calls {

Result<std::string> requested_call(const campus::Json& request);
// The call of the request, if the caller may know of it.
Result<Record> visible_call(const campus::WriteCall& call, const campus::Json& request);

// The same, in which he is.
Result<Record> own_call(const campus::WriteCall& call, const campus::Json& request);
// The same, which he leads (rules.h): of one in a room he need not be in it. `what`: what only
// those do who lead it, for the words of the refusal.
Result<Record> led_call(const campus::WriteCall& call, const campus::Json& request,
                        const char* what);

Result<std::string> requested_user(const campus::Json& request, const char* field);
// As many as a call can have; empty: the request names none.
Result<std::vector<std::string>> requested_people(const campus::Json& request, const char* field);

// The time of this command.
WallTime now_of(const campus::WriteCall& call);

// The caller as somebody who comes over this connection; `conflict` where he is in another call.
// What he left behind because a connection was lost, he leaves by it.
Result<Arrival> arriving(campus::WriteCall& call, std::string_view to_call);

// Whether he who comes leads it; and staff that oversees it finds room in it, however many there
// are.
void rank(const campus::WriteCall& call, const Call& in, Arrival& arrival);

// {call, leg, waiting}: to who has come, or waits to be let in.
campus::Json arrival_answer(const campus::WriteCall& call, const Call& joined);

Status settle_by_caller(campus::WriteCall& call, const Record& record, const Happenings& news);
// The same, and the answer: the call as it is now, as he is shown it.
Result<campus::Json> settled(campus::WriteCall& call, const Record& record, const Happenings& news);

}  // namespace homeroom::features::calls
