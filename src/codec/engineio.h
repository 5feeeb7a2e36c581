// Engine.IO protocol 4: packets, and the payload that a polling body is.
//
// packet  := type data                 type := "0".."6"
//          | "b" base64                a binary message in text
// payload := packet (RS packet)*       RS := 0x1E
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace homeroom::codec::engineio {

inline constexpr char record_separator = '\x1e';

enum class PacketType : std::uint8_t {
    open = 0,
    close = 1,
    ping = 2,
    pong = 3,
    message = 4,
    upgrade = 5,
    noop = 6
};

struct Packet {
    PacketType type;
    bool binary = false;    // a message whose data are bytes
    std::string_view data;  // without the type
};

// One text packet. The bytes of a "b…" packet are decoded into `scratch`, which the packet then
// points into. Nothing for an empty text or an unknown first character.
std::optional<Packet> decode(std::string_view text, std::string& scratch);

// The packets of a polling body, one at a time. An empty body, and an empty packet, are invalid.
class PayloadReader {
public:
    explicit PayloadReader(std::string_view body) : rest_(body) {}

    bool done() const { return done_; }
    std::optional<Packet> next();  // nothing: the packet is invalid, and so is what follows

private:
    std::string_view rest_;
    std::string scratch_{};
    bool done_ = false;
};

struct Handshake {
    std::string_view sid;
    bool upgrade_to_websocket;
    std::int64_t ping_interval_ms;
    std::int64_t ping_timeout_ms;
    std::size_t max_payload;
};

// The open packet: `0{"sid":…,"upgrades":[…],"pingInterval":…,"pingTimeout":…,"maxPayload":…}`.
std::string encode_open(const Handshake& handshake);

}  // namespace homeroom::codec::engineio
