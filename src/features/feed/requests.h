// The handlers of the feed's requests, as feed.cpp registers them. What each takes and gives:
// protocol/asyncapi.yaml.
#pragma once

#include "campus/surface.h"

namespace homeroom::features::feed {

using campus::Json;
using campus::ReadCall;
using campus::WriteCall;

Result<Json> create_post(WriteCall& call, const Json& request);
Result<Json> update_post(WriteCall& call, const Json& request);
Result<Json> delete_post(WriteCall& call, const Json& request);
Result<Json> get_post(ReadCall& call, const Json& request);
Result<Json> list_feed(ReadCall& call, const Json& request);

Result<Json> create_comment(WriteCall& call, const Json& request);
Result<Json> update_comment(WriteCall& call, const Json& request);
Result<Json> delete_comment(WriteCall& call, const Json& request);

Result<Json> set_reaction(WriteCall& call, const Json& request);

}  // namespace homeroom::features::feed
