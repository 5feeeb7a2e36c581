// The handlers of the requests about announcements, as announcements.cpp registers them. What each
// takes and gives: protocol/asyncapi.yaml.
#pragma once

#include "campus/surface.h"

namespace homeroom::features::announcements {

using campus::Json;
using campus::ReadCall;
using campus::WriteCall;

Result<Json> create_announcement(WriteCall& call, const Json& request);
Result<Json> update_announcement(WriteCall& call, const Json& request);
Result<Json> withdraw_announcement(WriteCall& call, const Json& request);
Result<Json> acknowledge_announcement(WriteCall& call, const Json& request);
Result<Json> list_acknowledgements(ReadCall& call, const Json& request);
Result<Json> list_announcements(ReadCall& call, const Json& request);

// The platform's back end:
Result<Json> create_platform_announcement(WriteCall& call, const Json& request);
Result<Json> send_alert(WriteCall& call, const Json& request);

}  // namespace homeroom::features::announcements
