// The bytes that the bare server reads and writes: just enough of WebSocket, Engine.IO 4 and
// Socket.IO 5. Pure functions; what they take is believed, not checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace bare {

// The 101 that answers a request with a Sec-WebSocket-Key; nothing: it has none.
std::optional<std::string> upgrade(std::string_view request);

// Appends one text frame of a server.
void append_frame(std::string& to, std::initializer_list<std::string_view> parts);

enum class Opcode : std::uint8_t { text = 1, close = 8 };

struct ClientFrame {
    Opcode opcode{};
    std::string_view payload{};
    std::size_t size = 0;  // of the whole frame
};

// The frame at the beginning of these bytes, unmasked where it lies; nothing: it is not whole.
std::optional<ClientFrame> read_frame(std::span<char> bytes);

// packet  := "40" [json] | "42" [id] event
// event   := ["join",room] | ["publish",{"room":room,"data":data}] | ["echo",data]
struct Packet {
    enum class Kind : std::uint8_t { other, connect, join, publish, echo };
    Kind kind = Kind::other;
    std::string_view id{};    // of the answer that is asked for; empty: of none
    std::string_view room{};  // without its quotes, escapes as they came
    std::string_view data{};  // JSON as it came
};

Packet read_packet(std::string_view text);

}  // namespace bare
