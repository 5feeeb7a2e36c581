// The handlers of the requests about live classes, as live.cpp registers them. What each takes and
// gives: protocol/asyncapi.yaml.
#pragma once

#include "campus/schedule.h"
#include "campus/surface.h"

namespace homeroom::features::live {

using campus::Json;
using campus::ReadCall;
using campus::WriteCall;

// Of staff, and of the platform's back end.
Result<Json> schedule_live(WriteCall& call, const Json& request);
Result<Json> start_live(WriteCall& call, const Json& request);
Result<Json> cancel_live(WriteCall& call, const Json& request);
Result<Json> end_live(WriteCall& call, const Json& request);
Result<Json> record_live(WriteCall& call, const Json& request);
// Of staff alone.
Result<Json> update_live(WriteCall& call, const Json& request);
Result<Json> publish_live(WriteCall& call, const Json& request);

Result<Json> list_lives(ReadCall& call, const Json& request);
Result<Json> get_live(ReadCall& call, const Json& request);
// What the ticket is made of (viewing.h): {live, link}.
Result<Json> watch_live(ReadCall& call, const Json& request);

// Of the media server, behind hook.h's check.
Result<Json> hear_media_server(WriteCall& call, const Json& request);

Status tick_due(campus::DueCall& call);

}  // namespace homeroom::features::live
