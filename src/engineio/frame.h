// One Engine.IO message in the form in which it leaves, made once for all its receivers.
// Immutable once made; its bytes are shared and may be held by several loops at once.
#pragma once

#include <string>
#include <string_view>

#include "base/shared_bytes.h"

namespace homeroom::engineio {

class Frame {
public:
    Frame() = default;

    // The message packet "4" + text, inside a WebSocket text frame.
    static Frame text(std::string_view message);
    // Bytes, inside a WebSocket binary frame.
    static Frame binary(std::string_view bytes);
    // Any packet that is no message: ping, noop, …
    static Frame packet(std::string_view packet);

    const SharedBytes& websocket() const { return bytes_; }  // frame header included
    bool is_binary() const { return binary_; }
    std::size_t size() const { return bytes_.size(); }
    // The packet as a polling payload or a `b64=1` WebSocket carries it: text as it is, bytes as
    // "b" + base64.
    std::string as_text() const;

private:
    Frame(SharedBytes bytes, std::size_t header_bytes, bool binary);

    SharedBytes bytes_{};
    unsigned char header_bytes_ = 0;
    bool binary_ = false;
};

}  // namespace homeroom::engineio
