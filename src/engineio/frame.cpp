#include "engineio/frame.h"

#include "base/base64.h"
#include "codec/websocket.h"

namespace homeroom::engineio {

namespace ws = codec::websocket;

Frame::Frame(SharedBytes bytes, std::size_t header_bytes, bool binary)
    : bytes_(std::move(bytes)),
      header_bytes_(static_cast<unsigned char>(header_bytes)),
      binary_(binary) {}

Frame Frame::text(std::string_view message) {
    std::string head = ws::frame_header(ws::Opcode::text, message.size() + 1);
    const std::size_t header_bytes = head.size();
    head += '4';
    return Frame{SharedBytes{head, message}, header_bytes, false};
}

Frame Frame::binary(std::string_view bytes) {
    const std::string head = ws::frame_header(ws::Opcode::binary, bytes.size());
    return Frame{SharedBytes{head, bytes}, head.size(), true};
}

Frame Frame::packet(std::string_view packet) {
    const std::string head = ws::frame_header(ws::Opcode::text, packet.size());
    return Frame{SharedBytes{head, packet}, head.size(), false};
}

std::string Frame::as_text() const {
    const std::string_view payload = bytes_.view().substr(header_bytes_);
    return binary_ ? "b" + base64::encode(payload) : std::string{payload};
}

}  // namespace homeroom::engineio
