// The places in a binary packet's JSON where its attachments belong.
//
// placeholder := an object with "_placeholder": true; its "num" is the attachment's number. Other
// keys, their order and their spelling do not matter, and of a key that comes twice the last
// counts: as in JavaScript, which reads it so.
#pragma once

#include <cstddef>
#include <string_view>

namespace homeroom::codec::socketio {

// Whether every placeholder in `json`, which json::check has accepted, names one of the attachments
// 0 … attachments
// - 1.
bool placeholders_hold(std::string_view json, std::size_t attachments);

}  // namespace homeroom::codec::socketio
