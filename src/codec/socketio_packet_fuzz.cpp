// Any text of a packet: refused, or within the limits, readable by another parser, and the same
// when written again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "codec/socketio.h"
#include "codec/test_json_oracle.h"

namespace {

using namespace homeroom;
using namespace homeroom::codec::socketio;

constexpr DecodeLimits decode_limits{
    .attachments_max = 4, .json_depth_max = 8, .json_values_max = 50, .namespace_bytes_max = 12};

void require(bool holds) {
    if (!holds) std::abort();
}

// Placeholders as the reference parser finds them: it replaces each and does not look inside.
void require_placeholders_hold(const nlohmann::json& value, std::size_t attachments) {
    if (value.is_object()) {
        const auto mark = value.find("_placeholder");
        if (mark != value.end() && *mark == true) {
            const auto number = value.find("num");
            require(number != value.end() && number->is_number_unsigned());
            require(number->get<std::size_t>() < attachments);
            return;
        }
    }
    if (value.is_structured()) {
        for (const auto& inner : value) require_placeholders_hold(inner, attachments);
    }
}

void require_same_again(const Packet& packet) {
    const auto arguments = std::span{packet.arguments};
    std::string text;
    if (packet.type == PacketType::event || packet.type == PacketType::binary_event) {
        if (arguments.empty()) return;
        text = encode_event(packet.nsp, event_name(packet.arguments.front()), arguments.subspan(1),
                            packet.id, packet.attachments);
    } else if ((packet.type == PacketType::ack || packet.type == PacketType::binary_ack) &&
               packet.id) {
        text = encode_ack(packet.nsp, *packet.id, arguments, packet.attachments);
    } else {
        return;
    }
    const auto again = decode(text, decode_limits);
    require(again.ok() && again->nsp == packet.nsp && again->id == packet.id);
    require(again->attachments == packet.attachments &&
            again->arguments.size() == packet.arguments.size());
    const bool event = packet.type == PacketType::event || packet.type == PacketType::binary_event;
    if (event)
        require(event_name(again->arguments.front()) == event_name(packet.arguments.front()));
    for (std::size_t i = event ? 1 : 0; i < arguments.size(); ++i)
        require(again->arguments[i] == arguments[i]);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto packet = decode(text, decode_limits);
    if (!packet.ok()) {
        require(!packet.error().message.empty());
        return 0;
    }
    const bool binary =
        packet->type == PacketType::binary_event || packet->type == PacketType::binary_ack;
    require(binary == (packet->attachments > 0) &&
            packet->attachments <= decode_limits.attachments_max);
    require(packet->nsp.starts_with('/') &&
            packet->nsp.size() <= decode_limits.namespace_bytes_max);
    require(packet->arguments.size() <= decode_limits.json_values_max);
    if (!packet->payload.empty()) {
        using codec::json::oracle::Verdict;
        const auto judged = codec::json::oracle::judge(packet->payload);
        require(judged != Verdict::invalid);
        if (binary && judged == Verdict::valid) {
            require_placeholders_hold(nlohmann::json::parse(packet->payload), packet->attachments);
        }
    }
    require_same_again(*packet);
    return 0;
}
