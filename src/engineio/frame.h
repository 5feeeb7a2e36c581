// One Engine.IO message in the form in which it leaves, made once for all its receivers.
// Immutable once made; its bytes are shared and may be held by several loops at once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/shared_bytes.h"

namespace homeroom::engineio {

enum class Compress : std::uint8_t { yes, no };

// How a server makes its frames.
struct Framing {
    // Messages of so many bytes are compressed as well, once, for the receivers that agreed to
    // permessage-deflate; nothing: none are.
    std::optional<std::size_t> deflate_bytes_min{};
    Compress compress = Compress::yes;  // no: neither so nor in a polling answer
};

class Frame {
public:
    Frame() = default;

    // The message packet "4" + text, inside a WebSocket text frame.
    static Frame text(std::string_view message, const Framing& framing = {});
    // Bytes, inside a WebSocket binary frame.
    static Frame binary(std::string_view bytes, const Framing& framing = {});
    // Any packet that is no message: ping, noop, …
    static Frame packet(std::string_view packet);

    const SharedBytes& websocket() const { return bytes_; }  // frame header included
    // The same compressed, without context; empty when it was not worth it.
    const SharedBytes& websocket_deflated() const { return deflated_; }
    bool is_binary() const { return binary_; }
    bool is_compressible() const { return compressible_; }
    std::size_t size() const { return bytes_.size(); }
    // What is inside: a packet's text with its type, or a message's bytes.
    std::string_view payload() const { return bytes_.view().substr(header_bytes_); }
    // The packet as a polling payload or a `b64=1` WebSocket carries it: text as it is, bytes as
    // "b" + base64.
    std::string as_text() const;

private:
    Frame(SharedBytes bytes, std::size_t header_bytes, bool binary, const Framing& framing);

    SharedBytes bytes_{};
    SharedBytes deflated_{};
    unsigned char header_bytes_ = 0;
    bool binary_ = false;
    bool compressible_ = true;
};

}  // namespace homeroom::engineio
