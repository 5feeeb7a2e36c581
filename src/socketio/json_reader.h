// JSON texts as Json, in time linear in their length.
#pragma once

#include <optional>
#include <string_view>

#include "homeroom/socketio/value.h"

namespace homeroom::socketio {

// As Json::parse, which looks each key up among all earlier ones of its object: a client's object
// of a hundred thousand keys would take it minutes. Nothing when it is no JSON.
std::optional<Json> read_json(std::string_view text);

}  // namespace homeroom::socketio
