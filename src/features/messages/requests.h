// The handlers of the feature's requests, as messages.cpp registers them. What each takes and
// gives: protocol/asyncapi.yaml.
#pragma once

#include "campus/surface.h"

namespace homeroom::features::messages {

using campus::Json;
using campus::ReadCall;
using campus::WriteCall;

Result<Json> send_message(WriteCall& call, const Json& request);
Result<Json> update_message(WriteCall& call, const Json& request);
Result<Json> delete_message(WriteCall& call, const Json& request);
Result<Json> read_message(WriteCall& call, const Json& request);
Result<Json> list_messages(ReadCall& call, const Json& request);

Result<Json> list_conversations(ReadCall& call, const Json& request);
Result<Json> create_conversation(WriteCall& call, const Json& request);
Result<Json> add_members(WriteCall& call, const Json& request);
Result<Json> remove_member(WriteCall& call, const Json& request);
Result<Json> leave_conversation(WriteCall& call, const Json& request);

Result<Json> set_block(WriteCall& call, const Json& request);
Result<Json> list_blocks(ReadCall& call, const Json& request);

Result<Json> list_supervised(ReadCall& call, const Json& request);
Result<Json> read_supervised(ReadCall& call, const Json& request);

}  // namespace homeroom::features::messages
