#include "hub/encoder.h"

#include "codec/socketio.h"
#include "codec/socketio_msgpack.h"
#include "codec/socketio_v4.h"

namespace homeroom::hub {

namespace sio = codec::socketio;

Message Encoder::message(std::string_view packet, Compress compress) const {
    const engineio::Framing framing{.deflate_bytes_min = deflate_bytes_min_, .compress = compress};
    return {.head = parser_ == Parser::msgpack ? Frame::binary(packet, framing)
                                               : Frame::text(packet, framing)};
}

void Encoder::attach(Message& message, std::span<const std::string> attachments,
                     Compress compress) const {
    const engineio::Framing framing{.deflate_bytes_min = deflate_bytes_min_, .compress = compress};
    message.attachments.reserve(attachments.size());
    for (const std::string& bytes : attachments)
        message.attachments.push_back(Frame::binary(bytes, framing));
}

Message Encoder::event(std::string_view nsp, std::string_view name,
                       std::span<const std::string_view> arguments,
                       const EventOptions& options) const {
    if (parser_ == Parser::msgpack) {
        return message(
            sio::encode_msgpack_event(nsp, name, arguments, options.ack_id, options.attachments),
            options.compress);
    }
    Message made =
        message(sio::encode_event(nsp, name, arguments, options.ack_id, options.attachments.size()),
                options.compress);
    attach(made, options.attachments, options.compress);
    return made;
}

Message Encoder::ack(std::string_view nsp, std::uint64_t id,
                     std::span<const std::string_view> arguments,
                     std::span<const std::string> attachments) const {
    if (parser_ == Parser::msgpack)
        return message(sio::encode_msgpack_ack(nsp, id, arguments, attachments));
    Message made = message(sio::encode_ack(nsp, id, arguments, attachments.size()));
    attach(made, attachments, Compress::yes);
    return made;
}

Message Encoder::connect(std::string_view nsp, std::string_view socket_id,
                         std::string_view private_id) const {
    return message(parser_ == Parser::msgpack
                       ? sio::encode_msgpack_connect(nsp, socket_id, private_id)
                       : sio::encode_connect(nsp, socket_id, private_id));
}

Message Encoder::connect_error(std::string_view nsp, std::string_view words,
                               std::string_view data_json) const {
    return message(parser_ == Parser::msgpack
                       ? sio::encode_msgpack_connect_error(nsp, words, data_json)
                       : sio::encode_connect_error(nsp, words, data_json));
}

Message Encoder::disconnect(std::string_view nsp) const {
    return message(parser_ == Parser::msgpack ? sio::encode_msgpack_disconnect(nsp)
                                              : sio::encode_disconnect(nsp));
}

Message connect_v4(std::string_view nsp) {
    return {.head = Frame::text(sio::encode_connect_v4(nsp))};
}

Message connect_error_v4(std::string_view nsp, std::string_view message,
                         std::string_view data_json) {
    return {.head = Frame::text(sio::encode_connect_error_v4(nsp, message, data_json))};
}

}  // namespace homeroom::hub
