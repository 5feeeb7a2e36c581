// Any binary message: refused, or a packet within the limits that the text parser would take as
// well, and that is the same when it is written again in either form.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "codec/json_scan.h"
#include "codec/socketio.h"
#include "codec/socketio_msgpack.h"
#include "codec/test_json_oracle.h"

namespace {

using namespace homeroom;
using namespace homeroom::codec::socketio;
namespace json = homeroom::codec::json;

constexpr DecodeLimits decode_limits{
    .attachments_max = 4, .json_depth_max = 8, .json_values_max = 50, .namespace_bytes_max = 12};
// Bytes are one value here and an object with two members in text.
constexpr DecodeLimits text_limits{
    .attachments_max = decode_limits.attachments_max,
    .json_depth_max = decode_limits.json_depth_max + 1,
    .json_values_max = decode_limits.json_values_max + 2 * decode_limits.attachments_max,
    .namespace_bytes_max = decode_limits.namespace_bytes_max};

void require(bool holds) {
    if (!holds) std::abort();
}

bool is_event(PacketType type) {
    return type == PacketType::event || type == PacketType::binary_event;
}
bool is_ack(PacketType type) {
    return type == PacketType::ack || type == PacketType::binary_ack;
}
bool is_binary(PacketType type) {
    return type == PacketType::binary_event || type == PacketType::binary_ack;
}

void require_json(std::string_view text) {
    require(json::check(text, {.depth_max = text_limits.json_depth_max,
                               .values_max = text_limits.json_values_max})
                .ok());
    require(json::oracle::judge(text) != json::oracle::Verdict::invalid);
}

void require_within_limits(const UnpackedPacket& packet) {
    require(is_binary(packet.type) == !packet.attachments.empty());
    require(packet.attachments.size() <= decode_limits.attachments_max);
    require(packet.nsp.starts_with('/') && packet.nsp.find(',') == std::string::npos);
    require(packet.nsp.size() <= decode_limits.namespace_bytes_max);
    require(packet.arguments.size() < decode_limits.json_values_max);
    for (const std::string& argument : packet.arguments) require_json(argument);
    if (!packet.payload.empty()) require_json(packet.payload);
    require(packet.payload.empty() || packet.arguments.empty());
}

// What both parsers have to agree on. An event's name may have been a number.
void require_same(const Packet& one, const Packet& other) {
    require(one.type == other.type && one.nsp == other.nsp && one.id == other.id);
    require(one.attachments == other.attachments);
    require(one.arguments.size() == other.arguments.size());
    std::size_t first = 0;
    if (is_event(one.type) && !one.arguments.empty()) {
        require(event_name(one.arguments.front()) == event_name(other.arguments.front()));
        first = 1;
    }
    for (std::size_t i = first; i < one.arguments.size(); ++i)
        require(one.arguments[i] == other.arguments[i]);
}

void require_same_again(const Packet& packet, const std::vector<std::string>& attachments) {
    const auto arguments = std::span{packet.arguments};
    std::string text;
    std::string bytes;
    if (is_event(packet.type) && !arguments.empty()) {
        const std::string name = event_name(arguments.front());
        text = encode_event(packet.nsp, name, arguments.subspan(1), packet.id, attachments.size());
        bytes =
            encode_msgpack_event(packet.nsp, name, arguments.subspan(1), packet.id, attachments);
    } else if (is_ack(packet.type) && packet.id) {
        text = encode_ack(packet.nsp, *packet.id, arguments, attachments.size());
        bytes = encode_msgpack_ack(packet.nsp, *packet.id, arguments, attachments);
    } else {
        return;
    }
    const auto from_text = decode(text, text_limits);
    require(from_text.ok());
    require_same(*from_text, packet);
    const auto unpacked = decode_msgpack(bytes, decode_limits);
    require(unpacked.ok() && unpacked->attachments == attachments);
    require_same(view_of(*unpacked), packet);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    const auto packet = decode_msgpack(bytes, decode_limits);
    if (!packet.ok()) {
        require(packet.error().code == Code::invalid || packet.error().code == Code::too_large);
        require(!packet.error().message.empty());
        return 0;
    }
    require_within_limits(*packet);
    require_same_again(view_of(*packet), packet->attachments);
    return 0;
}
