// Socket.IO's other parser, socket.io-msgpack-parser: a packet is one binary Engine.IO message with
// its bytes inline.
//
// packet := map of "type": 0…4, "nsp": str, ["data": value], ["id": uint], in any order; other keys
//           ("options") are passed over
// type   := as in socketio.h, without the binary ones
// data   := of a CONNECT a map; of an EVENT an array, the name first; of an ACK an array
//
// The JavaScript client sends "data": undefined where there is none, Python's sends nil: both mean
// that it is absent, as they do for "id".
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "codec/socketio.h"

namespace homeroom::codec::socketio {

// A valid packet in the terms of the text parser, so that what comes after need not know which
// parser read it: an event or ack with bytes is a binary one, and their places have placeholders.
struct UnpackedPacket {
    PacketType type = PacketType::event;
    std::string nsp{};
    std::optional<std::uint64_t> id{};
    std::string payload{};  // raw JSON, of a CONNECT and CONNECT_ERROR; may be empty
    std::vector<std::string>
        arguments{};  // raw JSON, of an event or ack; of an event, [0] is the name
    std::vector<std::string> attachments{};  // what the placeholders stand for
};

// Refuses what decode() in socketio.h does, and what could not be said to a client of the text
// parser: a namespace without its "/" or with a ",", bytes in a CONNECT, and a map that says of
// itself that it is a placeholder in a packet with attachments. Beside them it could not be told
// from one, however it was escaped, and would stand for bytes that its sender did not put there. In
// a packet without attachments it is plain data, as in the text parser.
Result<UnpackedPacket> decode_msgpack(std::string_view bytes, const DecodeLimits& limits);

// The same packet as the text parser gives it. Points into `packet`; of the payload of an event or
// ack there are only the arguments.
Packet view_of(const UnpackedPacket& packet);

// --- Writing. As in socketio.h; placeholders of `attachments` become their bytes.
std::string encode_msgpack_connect(std::string_view nsp, std::string_view sid,
                                   std::string_view pid);  // pid may be empty
std::string encode_msgpack_connect_error(std::string_view nsp, std::string_view message,
                                         std::string_view data_json);
std::string encode_msgpack_disconnect(std::string_view nsp);
std::string encode_msgpack_event(std::string_view nsp, std::string_view name,
                                 std::span<const std::string_view> arguments,
                                 std::optional<std::uint64_t> ack_id = std::nullopt,
                                 std::span<const std::string> attachments = {});
std::string encode_msgpack_ack(std::string_view nsp, std::uint64_t id,
                               std::span<const std::string_view> arguments,
                               std::span<const std::string> attachments = {});

}  // namespace homeroom::codec::socketio
