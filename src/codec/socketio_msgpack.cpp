#include "codec/socketio_msgpack.h"

#include "codec/json_scan.h"
#include "codec/msgpack_reader.h"
#include "codec/msgpack_writer.h"

namespace homeroom::codec::socketio {
namespace {

Error invalid(std::string_view what) {
    return Error{Code::invalid, std::string{what}};
}

// --- Reading -------------------------------------------------------------------------------------

// What the map says, before it is known whether that is a packet.
struct Fields {
    std::optional<std::uint64_t> type{};
    std::optional<std::string_view> nsp{};
    std::optional<std::uint64_t> id{};
    std::optional<msgpack::Kind> data{};
    std::string json{};                   // data that is no array
    std::vector<std::string> elements{};  // data that is one
};

// Whether a value comes that means nothing, which is then passed over.
Result<bool> take_absent(msgpack::Reader& reader) {
    TRY(const msgpack::Kind kind, reader.next_kind());
    if (kind != msgpack::Kind::nil && kind != msgpack::Kind::undefined) return false;
    TRY_OK(reader.skip());
    return true;
}

Status read_data(msgpack::Reader& reader, Fields& fields) {
    TRY(const bool absent, take_absent(reader));
    if (absent) return Ok{};
    TRY(fields.data, reader.next_kind());
    if (fields.data == msgpack::Kind::array) {
        TRY(fields.elements, reader.elements());
    } else {
        TRY_OK(reader.value(fields.json));
    }
    return Ok{};
}

Status read_id(msgpack::Reader& reader, Fields& fields) {
    TRY(const bool absent, take_absent(reader));
    if (absent) return Ok{};
    TRY(fields.id, reader.unsigned_number());
    return Ok{};
}

Result<Fields> read_fields(msgpack::Reader& reader) {
    Fields fields;
    TRY(const std::size_t pairs, reader.map_header());
    for (std::size_t i = 0; i < pairs; ++i) {
        TRY(const std::string_view key, reader.string());
        if (key == "type" && !fields.type) {
            TRY(fields.type, reader.unsigned_number());
        } else if (key == "nsp" && !fields.nsp) {
            TRY(fields.nsp, reader.string());
        } else if (key == "id" && !fields.id) {
            TRY_OK(read_id(reader, fields));
        } else if (key == "data" && !fields.data) {
            TRY_OK(read_data(reader, fields));
        } else if (key == "type" || key == "nsp" || key == "id" || key == "data") {
            return invalid("a packet that says something twice");
        } else {
            TRY_OK(reader.skip());
        }
    }
    if (!reader.done()) return invalid("something follows the packet");
    return fields;
}

Status check_namespace(std::string_view nsp, const DecodeLimits& limits) {
    if (nsp.size() > limits.namespace_bytes_max)
        return Error{Code::too_large, "the namespace's name is too long", "namespace"};
    if (!nsp.starts_with('/') || nsp.find(',') != std::string_view::npos)
        return invalid("no namespace has such a name");
    return Ok{};
}

Status check_data(PacketType type, const Fields& fields) {
    const auto kind = fields.data;
    switch (type) {
        case PacketType::disconnect:
            if (kind) return invalid("a DISCONNECT has no data");
            return Ok{};
        case PacketType::connect:
            if (kind && kind != msgpack::Kind::map)
                return invalid("a CONNECT's data must be a map");
            return Ok{};
        case PacketType::connect_error:
            if (kind != msgpack::Kind::map && kind != msgpack::Kind::string)
                return invalid("a CONNECT_ERROR's data");
            return Ok{};
        case PacketType::event:
        case PacketType::binary_event:
        case PacketType::ack:
        case PacketType::binary_ack: break;
    }
    if (!kind) return Ok{};
    if (kind != msgpack::Kind::array) return invalid("an array is expected");
    if (type != PacketType::event) return Ok{};
    if (fields.elements.empty()) return invalid("an event without a name");
    return check_event_name(fields.elements.front());
}

// The type of such a packet with attachments.
Result<PacketType> binary_type(PacketType type) {
    if (type == PacketType::event) return PacketType::binary_event;
    if (type == PacketType::ack) return PacketType::binary_ack;
    return invalid("bytes where none can be");
}

// --- Writing -------------------------------------------------------------------------------------

std::string begin(PacketType type, std::size_t pairs) {
    std::string bytes;
    msgpack::append_map_header(bytes, pairs);
    msgpack::append_string(bytes, "type");
    msgpack::append_unsigned(bytes, static_cast<std::uint64_t>(type));
    return bytes;
}

std::string finish(std::string bytes, std::string_view nsp) {
    msgpack::append_string(bytes, "nsp");
    msgpack::append_string(bytes, nsp);
    return bytes;
}

void append_pair(std::string& bytes, std::string_view key, std::string_view value) {
    msgpack::append_string(bytes, key);
    msgpack::append_string(bytes, value);
}

void append_id(std::string& bytes, std::uint64_t id) {
    msgpack::append_string(bytes, "id");
    msgpack::append_unsigned(bytes, id);
}

void append_list(std::string& bytes, std::span<const std::string_view> arguments,
                 std::span<const std::string> attachments) {
    msgpack::Attachments inline_bytes{attachments};
    for (const std::string_view argument : arguments) {
        msgpack::append_json(bytes, argument, inline_bytes);
    }
}

}  // namespace

Result<UnpackedPacket> decode_msgpack(std::string_view bytes, const DecodeLimits& limits) {
    msgpack::Reader reader{bytes,
                           {.depth_max = limits.json_depth_max,
                            .values_max = limits.json_values_max,
                            .attachments_max = limits.attachments_max}};
    TRY(Fields fields, read_fields(reader));
    if (!fields.type || *fields.type > static_cast<std::uint64_t>(PacketType::connect_error))
        return invalid("an unknown packet type");
    if (!fields.nsp) return invalid("a packet without a namespace");
    TRY_OK(check_namespace(*fields.nsp, limits));

    UnpackedPacket packet;
    packet.type = static_cast<PacketType>(*fields.type);
    TRY_OK(check_data(packet.type, fields));
    if (reader.attachments() > 0) {
        TRY(packet.type, binary_type(packet.type));
        if (reader.saw_lookalike()) return invalid("a map that looks like an attachment");
    }
    packet.nsp = *fields.nsp;
    packet.id = fields.id;
    packet.payload = std::move(fields.json);
    packet.arguments = std::move(fields.elements);
    packet.attachments = reader.take_attachments();
    return packet;
}

Packet view_of(const UnpackedPacket& packet) {
    return {.type = packet.type,
            .nsp = packet.nsp,
            .id = packet.id,
            .attachments = packet.attachments.size(),
            .payload = packet.payload,
            .arguments = {packet.arguments.begin(), packet.arguments.end()}};
}

std::string encode_msgpack_connect(std::string_view nsp, std::string_view sid,
                                   std::string_view pid) {
    std::string bytes = begin(PacketType::connect, 3);
    msgpack::append_string(bytes, "data");
    msgpack::append_map_header(bytes, pid.empty() ? 1 : 2);
    append_pair(bytes, "sid", sid);
    if (!pid.empty()) append_pair(bytes, "pid", pid);
    return finish(std::move(bytes), nsp);
}

std::string encode_msgpack_connect_error(std::string_view nsp, std::string_view message,
                                         std::string_view data_json) {
    std::string bytes = begin(PacketType::connect_error, 3);
    msgpack::append_string(bytes, "data");
    msgpack::append_map_header(bytes, data_json.empty() ? 1 : 2);
    append_pair(bytes, "message", message);
    if (!data_json.empty()) {
        msgpack::append_string(bytes, "data");
        append_list(bytes, {&data_json, 1}, {});
    }
    return finish(std::move(bytes), nsp);
}

std::string encode_msgpack_disconnect(std::string_view nsp) {
    return finish(begin(PacketType::disconnect, 2), nsp);
}

std::string encode_msgpack_event(std::string_view nsp, std::string_view name,
                                 std::span<const std::string_view> arguments,
                                 std::optional<std::uint64_t> ack_id,
                                 std::span<const std::string> attachments) {
    std::string bytes = begin(PacketType::event, ack_id ? 4 : 3);
    msgpack::append_string(bytes, "data");
    msgpack::append_array_header(bytes, arguments.size() + 1);
    msgpack::append_string(bytes, name);
    append_list(bytes, arguments, attachments);
    if (ack_id) append_id(bytes, *ack_id);
    return finish(std::move(bytes), nsp);
}

std::string encode_msgpack_ack(std::string_view nsp, std::uint64_t id,
                               std::span<const std::string_view> arguments,
                               std::span<const std::string> attachments) {
    std::string bytes = begin(PacketType::ack, 4);
    msgpack::append_string(bytes, "data");
    msgpack::append_array_header(bytes, arguments.size());
    append_list(bytes, arguments, attachments);
    append_id(bytes, id);
    return finish(std::move(bytes), nsp);
}

}  // namespace homeroom::codec::socketio
