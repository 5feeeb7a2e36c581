// The places in a binary packet's JSON where its attachments belong.
//
// placeholder := an object with "_placeholder": true; its "num" is the attachment's number. Other
// keys, their order and their spelling do not matter, and of a key that comes twice the last
// counts: as in JavaScript, which reads it so.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
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

// Whether there is a placeholder in such a text.
bool has_placeholders(std::string_view json, std::size_t attachments);

// The text with each placeholder's number replaced by what `new_number` gives for it.
std::string renumber_placeholders(std::string_view json, std::size_t attachments,
                                  const std::function<std::size_t(std::size_t)>& new_number);

// How many bytes the attachments have where they belong: one that belongs to several places counts
// for each.
std::size_t placed_bytes(std::string_view json, std::span<const std::string> attachments);

std::string placeholder(std::size_t number);

}  // namespace homeroom::codec::socketio
