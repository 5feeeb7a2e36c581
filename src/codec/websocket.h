// WebSocket framing, server side (RFC 6455 §5; of extensions RSV1, "compressed", RFC 7692 §6).
//
// frame := fin rsv opcode | mask length | [length16 | length64] | masking-key | payload
//
// Sans I/O. One decoder a connection; small, and it owns memory only while a frame or a fragmented
// message is incomplete.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/limit_counters.h"

namespace homeroom::codec::websocket {

enum class Opcode : std::uint8_t {
    continuation = 0,
    text = 1,
    binary = 2,
    close = 8,
    ping = 9,
    pong = 10
};

// §7.4.1. The codes that the decoder can give.
enum class CloseCode : std::uint16_t {
    protocol_error = 1002,
    invalid_payload = 1007,
    too_large = 1009
};

struct MoreNeeded {};

// A whole message (fragments joined, text checked to be UTF-8) or a control frame. The payload is
// valid until the next call of the decoder. A compressed one is given as it came: what it inflates
// to is the caller's to limit and, if text, to check.
struct Message {
    Opcode opcode;  // text, binary, close, ping or pong
    std::string_view payload;
    bool compressed = false;
};

struct Failure {
    CloseCode code;
    std::string_view reason;
    std::optional<Limit> limit{};  // that was reached
};

using Decoded = std::variant<MoreNeeded, Message, Failure>;

class Decoder {
public:
    // A message that is longer (as sent), or of more frames, is a failure; it is refused from its
    // header, before its bytes are kept.
    struct Options {
        std::size_t message_bytes_max;
        std::size_t fragments_max;
        bool compression = false;  // permessage-deflate is agreed: messages may be compressed
    };

    explicit Decoder(const Options& options);
    ~Decoder();

    const Options& options() const { return options_; }
    // Of messages that begin from now on.
    void set_message_bytes_max(std::size_t bytes) { options_.message_bytes_max = bytes; }

    // The next message in `unread`, which is shortened by what was used and unmasked in place. Call
    // until it gives MoreNeeded; then `unread` is empty, a beginning of a frame having been copied
    // into the decoder. After a Failure the decoder must not be used again.
    Decoded next(std::span<char>& unread);

    std::size_t memory_bytes() const;  // what it holds now, for tests and metrics

private:
    struct Header;
    struct Incomplete;
    Incomplete& incomplete();
    void drop_what_was_given();
    Decoded read_on(std::span<char>& unread);
    std::variant<MoreNeeded, Header, Failure> read_header(std::string_view bytes) const;
    std::optional<Decoded> finish_frame(const Header& header,
                                        std::span<char> frame);  // nothing: a fragment, kept

    Options options_;
    std::unique_ptr<Incomplete> incomplete_{};
};

enum class Payload : std::uint8_t { plain, deflated };

// The header of an unmasked, final frame for `payload_bytes` bytes: 2, 4 or 10 bytes. Those of a
// deflated payload are the bytes that are sent.
std::string frame_header(Opcode opcode, std::size_t payload_bytes, Payload kind = Payload::plain);

// A whole unmasked frame.
std::string frame(Opcode opcode, std::string_view payload, Payload kind = Payload::plain);

// Sec-WebSocket-Accept for a client's Sec-WebSocket-Key (§4.2.2); empty when the key is not 16
// bytes of base64.
std::string accept_key(std::string_view client_key);

}  // namespace homeroom::codec::websocket
