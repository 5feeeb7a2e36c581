// Engine.IO protocol 3, which Socket.IO 2 clients speak: packets, and the two forms of a polling
// body. What it shares with protocol 4 is in engineio.h.
//
// packet  := type data                        type := "0".."6"
//          | "b4" base64                      a binary message in text
// text    := (length ":" packet)*             length: digits, in UTF-16 code units, as JavaScript
//                                             counts: "2:4€", "3:4😀"; "0:" is no packet
// binary  := (0x00 length 0xFF packet         length: bytes 0x00…0x09, one a digit; in bytes
//          |  0x01 length 0xFF 0x04 data)*    a binary message
// A binary message in a WebSocket frame is 0x04 data, both ways.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "codec/engineio.h"

namespace homeroom::codec::engineio::v3 {

// Node's limit of a length in a binary payload: the digits of Number.MAX_VALUE. Here of both.
inline constexpr std::size_t length_digits_max = 310;

// One text packet. The bytes of a "b4…" packet are decoded into `scratch`, which the packet then
// points into. Nothing for an empty text, an unknown type, and a "b" with another type than 4.
std::optional<Packet> decode(std::string_view text, std::string& scratch);

// One binary packet: its type, which must be a message's, and the bytes.
std::optional<Packet> decode_binary(std::string_view bytes);

// The packets of a text body, one at a time. As in Node's parser an empty body is invalid, while
// packets of length 0 are passed over: the body "0:" is valid and has none, so done() must be asked
// before the first next().
class PayloadReader {
public:
    explicit PayloadReader(std::string_view body) : rest_(body) { find_packet(); }

    bool done() const { return state_ == State::end; }
    std::optional<Packet> next();  // nothing: the packet is invalid, and so is what follows

private:
    enum class State : std::uint8_t { packet, invalid, end };

    void find_packet();

    std::string_view rest_;
    std::size_t length_ = 0;  // of the packet that `rest_` begins with, in UTF-16 code units
    std::string scratch_{};
    State state_ = State::packet;
};

// The same over an application/octet-stream body. Here Node takes an empty body as one without
// packets, and an empty packet for an error.
class BinaryPayloadReader {
public:
    explicit BinaryPayloadReader(std::string_view body) : rest_(body), done_(body.empty()) {}

    bool done() const { return done_; }
    std::optional<Packet> next();  // nothing: the packet is invalid, and so is what follows

private:
    std::optional<Packet> take_packet();

    std::string_view rest_;
    std::string scratch_{};
    bool done_;
};

struct Outgoing {
    bool binary;
    std::string_view data;  // text: the packet with its type, UTF-8; binary: the message's bytes
};

std::string encode_payload(std::span<const Outgoing> packets);  // "0:" when there are none
std::string encode_binary_payload(std::span<const Outgoing> packets);

}  // namespace homeroom::codec::engineio::v3
