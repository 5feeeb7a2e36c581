// The places in a binary packet's JSON where its attachments belong.
//
// placeholder := an object with "_placeholder": true; its "num" is the attachment's number. Other
// keys, their order and their spelling do not matter, and of a key that comes twice the last
// counts: as in JavaScript, which reads it so.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace homeroom::codec::socketio {

// What the members of one object, as they go by, say about it.
struct PlaceholderMarks {
    bool marked = false;                  // "_placeholder": true
    std::optional<std::size_t> number{};  // "num", when there is such an attachment

    // `key` is unescaped; `value` begins with the member's raw value.
    void see(std::string_view key, std::string_view value, std::size_t attachments);
};

// Whether every placeholder in `json`, which json::check has accepted, names one of the attachments
// 0 … attachments - 1.
bool placeholders_hold(std::string_view json, std::size_t attachments);

}  // namespace homeroom::codec::socketio
