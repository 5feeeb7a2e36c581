// What nodes send each other, as JSON in MessagePack. The readers throw Json::exception for what is
// none of it.
#pragma once

#include <string>
#include <vector>

#include "homeroom/socketio/emitter.h"
#include "hub/broadcast_acks.h"
#include "socketio/namespace_impl.h"

namespace homeroom::socketio {

std::string bytes_of(const Json& message);

Json json_of(const hub::Selection& selection);
hub::Selection selection_of(const Json& json);

Json json_of(const Outgoing& outgoing);
Outgoing outgoing_of(const Json& json);

Json json_of(const Values& values);
Values values_of(const Json& json);

Json json_of(const std::vector<hub::BroadcastAnswer>& answers);
std::vector<hub::BroadcastAnswer> broadcast_answers_of(const Json& json);

Json json_of(const std::vector<RemoteSocket>& sockets);
std::vector<RemoteSocket> remote_sockets_of(const Json& json, const std::string& node);

}  // namespace homeroom::socketio
