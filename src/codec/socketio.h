// Socket.IO protocol 5: the text part of a packet. Binary attachments follow it as messages of
// their own.
//
// packet := type [attachments "-"] [namespace ","] [ack id] [json]
// type   := "0".."6"     namespace := "/" chars, to the first "," or the end     ack id := digits
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace homeroom::codec::socketio {

enum class PacketType : std::uint8_t {
    connect = 0,
    disconnect = 1,
    event = 2,
    ack = 3,
    connect_error = 4,
    binary_event = 5,
    binary_ack = 6,
};

struct DecodeLimits {
    std::size_t attachments_max;
    std::size_t json_depth_max;
    std::size_t json_values_max;
    std::size_t namespace_bytes_max;
};

// A valid packet as it came. Views point into the decoded text.
struct Packet {
    PacketType type = PacketType::event;
    std::string_view nsp = "/";
    std::optional<std::uint64_t> id{};  // of the ack asked for (event) or given (ack)
    std::size_t attachments = 0;        // how many binary messages follow
    std::string_view payload{};         // raw JSON; may be empty
    // Of an event or ack: the elements of the payload's array, raw. Of an event, [0] is the name: a
    // string literal or a number. Empty when the payload was absent, which is legal and means
    // nothing.
    std::vector<std::string_view> arguments{};
};

// Refuses everything that protocol 5 calls invalid: an unknown type, a payload of the wrong kind, a
// reserved event name, a placeholder without its attachment, more than the limits allow.
Result<Packet> decode(std::string_view text, const DecodeLimits& limits);

// Whether `literal`, a checked JSON value, can be an event's name: a number or a string that is not
// reserved.
Status check_event_name(std::string_view literal);

// The name of an event, its first argument, as text (a numeric name gives its digits).
std::string event_name(std::string_view first_argument);

// --- Writing. `nsp` is "/" or a namespace's name; JSON arguments are raw texts.
std::string encode_connect(std::string_view nsp, std::string_view sid,
                           std::string_view pid);  // pid may be empty
std::string encode_connect_error(std::string_view nsp, std::string_view message,
                                 std::string_view data_json);
std::string encode_disconnect(std::string_view nsp);
std::string encode_event(std::string_view nsp, std::string_view name,
                         std::span<const std::string_view> arguments,
                         std::optional<std::uint64_t> ack_id = std::nullopt,
                         std::size_t attachments = 0);
std::string encode_ack(std::string_view nsp, std::uint64_t id,
                       std::span<const std::string_view> arguments, std::size_t attachments = 0);

}  // namespace homeroom::codec::socketio
