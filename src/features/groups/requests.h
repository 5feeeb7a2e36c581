// The handlers of the requests about study groups, as groups.cpp registers them. What each takes
// and gives: protocol/asyncapi.yaml.
#pragma once

#include "campus/surface.h"

namespace homeroom::features::groups {

using campus::Json;
using campus::ReadCall;
using campus::WriteCall;

Result<Json> create_group(WriteCall& call, const Json& request);
Result<Json> update_group(WriteCall& call, const Json& request);
Result<Json> close_group(WriteCall& call, const Json& request);

Result<Json> join_group(WriteCall& call, const Json& request);
Result<Json> leave_group(WriteCall& call, const Json& request);
Result<Json> accept_invitation(WriteCall& call, const Json& request);
Result<Json> decline_invitation(WriteCall& call, const Json& request);

Result<Json> invite(WriteCall& call, const Json& request);
Result<Json> uninvite(WriteCall& call, const Json& request);

Result<Json> remove_member(WriteCall& call, const Json& request);
Result<Json> appoint_member(WriteCall& call, const Json& request);
Result<Json> transfer_group(WriteCall& call, const Json& request);

Result<Json> list_groups(ReadCall& call, const Json& request);
Result<Json> find_groups(ReadCall& call, const Json& request);
Result<Json> get_group(ReadCall& call, const Json& request);

// The platform's back end.
Result<Json> put_group(WriteCall& call, const Json& request);
Result<Json> delete_group(WriteCall& call, const Json& request);

}  // namespace homeroom::features::groups
