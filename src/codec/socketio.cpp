#include "codec/socketio.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "codec/json_scan.h"
#include "codec/placeholders.h"

namespace homeroom::codec::socketio {
namespace {

constexpr std::string_view reserved_names[] = {"connect",       "connect_error", "disconnect",
                                               "disconnecting", "newListener",   "removeListener"};

Error invalid(std::string_view what) {
    return Error{Code::invalid, std::string{what}};
}

// The digits at the beginning of `rest`, which is shortened by them; nothing when they are no
// 64-bit number.
std::optional<std::uint64_t> take_number(std::string_view& rest) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
    if (error != std::errc{}) return std::nullopt;
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    return value;
}

bool starts_with_digit(std::string_view text) {
    return !text.empty() && text[0] >= '0' && text[0] <= '9';
}

bool is_binary(PacketType type) {
    return type == PacketType::binary_event || type == PacketType::binary_ack;
}

Status read_attachments(std::string_view& rest, const DecodeLimits& limits, Packet& packet) {
    if (!starts_with_digit(rest))
        return invalid("a binary packet without its number of attachments");
    const auto count = take_number(rest);
    if (!count || !rest.starts_with('-'))
        return invalid("a binary packet without its number of attachments");
    rest.remove_prefix(1);
    if (*count == 0) return invalid("a binary packet without attachments");
    if (*count > limits.attachments_max)
        return Error{Code::too_large, "too many attachments", "attachments"};
    packet.attachments = static_cast<std::size_t>(*count);
    return Ok{};
}

Status read_namespace(std::string_view& rest, const DecodeLimits& limits, Packet& packet) {
    if (!rest.starts_with('/')) return Ok{};
    const auto comma = rest.find(',');
    packet.nsp = rest.substr(0, comma);
    rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    if (packet.nsp.size() > limits.namespace_bytes_max)
        return Error{Code::too_large, "the namespace's name is too long", "namespace"};
    return Ok{};
}

Status read_payload(const DecodeLimits& limits, Packet& packet) {
    const json::ScanLimits scan{.depth_max = limits.json_depth_max,
                                .values_max = limits.json_values_max};
    switch (packet.type) {
        case PacketType::disconnect:
            if (!packet.payload.empty()) return invalid("a DISCONNECT has no payload");
            return Ok{};
        case PacketType::connect: {
            if (packet.payload.empty()) return Ok{};
            TRY(const auto kind, json::check(packet.payload, scan));
            if (kind != json::Kind::object) return invalid("a CONNECT's payload must be an object");
            return Ok{};
        }
        case PacketType::connect_error: {
            TRY(const auto kind, json::check(packet.payload, scan));
            if (kind != json::Kind::object && kind != json::Kind::string)
                return invalid("a CONNECT_ERROR's payload");
            return Ok{};
        }
        case PacketType::event:
        case PacketType::binary_event:
        case PacketType::ack:
        case PacketType::binary_ack: break;
    }
    if (packet.payload.empty()) return Ok{};
    TRY(packet.arguments, json::split_array(packet.payload, scan));
    if (packet.type == PacketType::event || packet.type == PacketType::binary_event) {
        if (packet.arguments.empty()) return invalid("an event without a name");
        TRY_OK(check_event_name(packet.arguments.front()));
    }
    if (is_binary(packet.type) && !placeholders_hold(packet.payload, packet.attachments)) {
        return invalid("a placeholder of an attachment that does not exist");
    }
    return Ok{};
}

void append_namespace(std::string& text, std::string_view nsp) {
    if (nsp != "/") text.append(nsp).append(1, ',');
}

void append_list(std::string& text, std::span<const std::string_view> arguments, bool first) {
    for (const std::string_view argument : arguments) {
        if (!first) text += ',';
        text += argument;
        first = false;
    }
    text += ']';
}

}  // namespace

Result<Packet> decode(std::string_view text, const DecodeLimits& limits) {
    if (text.empty() || text[0] < '0' || text[0] > '6') return invalid("an unknown packet type");
    Packet packet;
    packet.type = static_cast<PacketType>(text[0] - '0');
    std::string_view rest = text.substr(1);
    if (is_binary(packet.type)) TRY_OK(read_attachments(rest, limits, packet));
    TRY_OK(read_namespace(rest, limits, packet));
    if (starts_with_digit(rest)) {
        packet.id = take_number(rest);
        if (!packet.id) return invalid("an ack id that is too large");
    }
    packet.payload = rest;
    TRY_OK(read_payload(limits, packet));
    return packet;
}

Status check_event_name(std::string_view literal) {
    switch (json::kind_of(literal)) {
        case json::Kind::number: return Ok{};
        case json::Kind::string: break;
        default: return invalid("an event's name must be a string or a number");
    }
    const std::string text = json::unescape(literal);
    if (std::ranges::find(reserved_names, text) != std::end(reserved_names))
        return invalid("a reserved event name");
    return Ok{};
}

std::string event_name(std::string_view name) {
    return json::kind_of(name) == json::Kind::string ? json::unescape(name) : std::string{name};
}

std::string encode_connect(std::string_view nsp, std::string_view sid, std::string_view pid) {
    std::string text{"0"};
    append_namespace(text, nsp);
    text.append("{\"sid\":").append(json::quote(sid));
    if (!pid.empty()) text.append(",\"pid\":").append(json::quote(pid));
    return text += '}';
}

std::string encode_connect_error(std::string_view nsp, std::string_view message,
                                 std::string_view data_json) {
    std::string text{"4"};
    append_namespace(text, nsp);
    text.append("{\"message\":").append(json::quote(message));
    if (!data_json.empty()) text.append(",\"data\":").append(data_json);
    return text += '}';
}

std::string encode_disconnect(std::string_view nsp) {
    std::string text{"1"};
    append_namespace(text, nsp);
    return text;
}

std::string encode_event(std::string_view nsp, std::string_view name,
                         std::span<const std::string_view> arguments,
                         std::optional<std::uint64_t> ack_id, std::size_t attachments) {
    std::string text;
    text.reserve(64 + name.size());
    if (attachments > 0) {
        text.append("5").append(std::to_string(attachments)).append(1, '-');
    } else {
        text += '2';
    }
    append_namespace(text, nsp);
    if (ack_id) text += std::to_string(*ack_id);
    text.append(1, '[').append(json::quote(name));
    append_list(text, arguments, false);
    return text;
}

std::string encode_ack(std::string_view nsp, std::uint64_t id,
                       std::span<const std::string_view> arguments, std::size_t attachments) {
    std::string text;
    if (attachments > 0) {
        text.append("6").append(std::to_string(attachments)).append(1, '-');
    } else {
        text += '3';
    }
    append_namespace(text, nsp);
    text.append(std::to_string(id)).append(1, '[');
    append_list(text, arguments, true);
    return text;
}

}  // namespace homeroom::codec::socketio
