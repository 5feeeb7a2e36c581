#include "codec/engineio.h"

#include <fmt/format.h>

#include "base/base64.h"

namespace homeroom::codec::engineio {

std::optional<Packet> decode(std::string_view text, std::string& scratch) {
    if (text.empty()) return std::nullopt;
    const char type = text.front();
    if (type == 'b') {
        scratch = base64::decode_lenient(text.substr(1));
        return Packet{PacketType::message, true, scratch};
    }
    if (type < '0' || type > '6') return std::nullopt;
    return Packet{static_cast<PacketType>(type - '0'), false, text.substr(1)};
}

std::optional<Packet> PayloadReader::next() {
    const auto end = rest_.find(record_separator);
    const std::string_view text = rest_.substr(0, end);
    if (end == std::string_view::npos) {
        done_ = true;
    } else {
        rest_.remove_prefix(end + 1);
    }
    auto packet = decode(text, scratch_);
    if (!packet) done_ = true;
    return packet;
}

std::string encode_open(const Handshake& handshake) {
    return fmt::format(
        R"(0{{"sid":"{}","upgrades":[{}],"pingInterval":{},"pingTimeout":{},"maxPayload":{}}})",
        handshake.sid, handshake.upgrade_to_websocket ? R"("websocket")" : "",
        handshake.ping_interval_ms, handshake.ping_timeout_ms, handshake.max_payload);
}

}  // namespace homeroom::codec::engineio
