// Between the values of the public interface and the raw texts and attachments of the hub.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "homeroom/socketio/emitter.h"
#include "homeroom/socketio/value.h"
#include "hub/broadcast_acks.h"
#include "hub/types.h"

namespace homeroom::socketio {

// The values as one packet's arguments: what attachments they have are numbered anew. Nothing when
// clients could not read the packet: a value without attachments that only looks like one with.
std::optional<hub::Arguments> pack(const Values& values);

// What came in one packet. The values share its attachments.
Values unpack(std::span<const std::string_view> arguments,
              std::span<const std::string> attachments);
Values unpack(const hub::Arguments& arguments);
std::vector<BroadcastAnswer> unpack(std::vector<hub::BroadcastAnswer> answers);

std::vector<std::string_view> views_of(const std::vector<std::string>& texts);

// Whether clients and servers keep the name for themselves.
bool is_reserved(std::string_view event);

}  // namespace homeroom::socketio
