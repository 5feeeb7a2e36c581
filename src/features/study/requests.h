// The handlers of the requests that need no connection, as study.cpp registers them. What each
// takes and gives: protocol/asyncapi.yaml. Those of who is in a session are in room.h.
#pragma once

#include "campus/schedule.h"
#include "campus/surface.h"

namespace homeroom::features::study {

using campus::Json;
using campus::ReadCall;
using campus::WriteCall;

Result<Json> create_session(WriteCall& call, const Json& request);
Result<Json> update_session(WriteCall& call, const Json& request);
Result<Json> start_session(WriteCall& call, const Json& request);
Result<Json> end_session(WriteCall& call, const Json& request);
Result<Json> get_session(ReadCall& call, const Json& request);
Result<Json> list_sessions(ReadCall& call, const Json& request);
Result<Json> list_attendance(ReadCall& call, const Json& request);

// What happens by itself.
Status remind_due(campus::DueCall& call);
Status cancel_due(campus::DueCall& call);  // it was never started
Status end_long_due(campus::DueCall& call);
Status end_empty_due(campus::DueCall& call);

}  // namespace homeroom::features::study
