// The handlers of the feed's requests, as feed.cpp registers them. What each takes and gives:
// protocol/asyncapi.yaml.
#pragma once

#include "campus/surface.h"

namespace homeroom::features::feed {

using campus::Json;
using campus::ReadCall;
using campus::WriteCall;

Result<Json> create_post(WriteCall& call, const Json& request);
Result<Json> create_platform_post(WriteCall& call, const Json& request);  // the back end's
Result<Json> update_post(WriteCall& call, const Json& request);
Result<Json> delete_post(WriteCall& call, const Json& request);
Result<Json> get_post(ReadCall& call, const Json& request);
Result<Json> list_feed(ReadCall& call, const Json& request);

Result<Json> create_comment(WriteCall& call, const Json& request);
Result<Json> update_comment(WriteCall& call, const Json& request);
Result<Json> delete_comment(WriteCall& call, const Json& request);

Result<Json> endorse_comment(WriteCall& call, const Json& request);

Result<Json> vote(WriteCall& call, const Json& request);
Result<Json> close_poll(WriteCall& call, const Json& request);

Result<Json> pin_post(WriteCall& call, const Json& request);
Result<Json> lock_post(WriteCall& call, const Json& request);
Result<Json> move_post(WriteCall& call, const Json& request);
Result<Json> mute_user(WriteCall& call, const Json& request);
Result<Json> unmute_user(WriteCall& call, const Json& request);
Result<Json> list_mutes(ReadCall& call, const Json& request);
Result<Json> set_slow_mode(WriteCall& call, const Json& request);
Result<Json> get_settings(ReadCall& call, const Json& request);

Result<Json> list_history(ReadCall& call, const Json& request);
Result<Json> create_report(WriteCall& call, const Json& request);
Result<Json> resolve_report(WriteCall& call, const Json& request);
Result<Json> list_reports(ReadCall& call, const Json& request);

Result<Json> create_attachment(WriteCall& call, const Json& request);
Result<Json> link_attachment(ReadCall& call, const Json& request);

Result<Json> search_feed(ReadCall& call, const Json& request);

Result<Json> set_reaction(WriteCall& call, const Json& request);

}  // namespace homeroom::features::feed
