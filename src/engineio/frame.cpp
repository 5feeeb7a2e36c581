#include "engineio/frame.h"

#include "base/base64.h"
#include "codec/permessage_deflate.h"
#include "codec/websocket.h"

namespace homeroom::engineio {

namespace ws = codec::websocket;

Frame::Frame(SharedBytes bytes, std::size_t header_bytes, bool binary, const Framing& framing)
    : bytes_(std::move(bytes)),
      header_bytes_(static_cast<unsigned char>(header_bytes)),
      binary_(binary),
      compressible_(framing.compress == Compress::yes) {
    if (!compressible_ || !framing.deflate_bytes_min ||
        payload().size() < *framing.deflate_bytes_min)
        return;
    const std::string deflated = ws::deflate_message(payload());
    if (deflated.size() >= payload().size()) return;
    deflated_ = SharedBytes{ws::frame_header(binary_ ? ws::Opcode::binary : ws::Opcode::text,
                                             deflated.size(), ws::Payload::deflated),
                            deflated};
}

Frame Frame::text(std::string_view message, const Framing& framing) {
    std::string head = ws::frame_header(ws::Opcode::text, message.size() + 1);
    const std::size_t header_bytes = head.size();
    head += '4';
    return Frame{SharedBytes{head, message}, header_bytes, false, framing};
}

Frame Frame::binary(std::string_view bytes, const Framing& framing) {
    const std::string head = ws::frame_header(ws::Opcode::binary, bytes.size());
    return Frame{SharedBytes{head, bytes}, head.size(), true, framing};
}

Frame Frame::packet(std::string_view packet) {
    const std::string head = ws::frame_header(ws::Opcode::text, packet.size());
    return Frame{SharedBytes{head, packet}, head.size(), false, {.compress = Compress::no}};
}

std::string Frame::as_text() const {
    return binary_ ? "b" + base64::encode(payload()) : std::string{payload()};
}

}  // namespace homeroom::engineio
