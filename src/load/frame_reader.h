// A server's WebSocket frames (RFC 6455 §5), as a client reads them by the million: where they lie,
// without a copy. A server masks nothing, so nothing is unmasked.
//
// frame := fin opcode | length | [length16 | length64] | payload
//
// Sans I/O. One reader a connection; it owns memory only while a frame or a fragmented message is
// incomplete. No extension is offered, so reserved bits are wrong. Whether text is UTF-8 is not
// looked at: this is a load generator, and the server is ours to trust or to test elsewhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace homeroom::load {

// A longer message is a broken stream, not a message.
inline constexpr std::size_t received_message_bytes_max = std::size_t{16} << 20U;

enum class FrameKind : std::uint8_t { text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

struct ReceivedMessage {
    FrameKind kind = FrameKind::text;
    std::string_view payload{};  // valid within the call that gives it
    std::size_t wire_bytes = 0;  // headers included
};

class FrameReader {
public:
    // Gives each whole message to `visit(const ReceivedMessage&)` → bool, false to stop: what is
    // unread is then thrown away. False when the bytes are no WebSocket; nothing may be read then.
    template <typename Visit>
    [[nodiscard]] bool read(std::string_view bytes, Visit&& visit) {
        while (!bytes.empty()) {
            if (!partial_.empty() && !complete(bytes)) return !broken_;
            const bool was_partial = !partial_.empty();
            std::string_view& source = was_partial ? kept_ : bytes;
            const auto frame = take_frame(source);
            if (broken_) return false;
            if (!frame) {
                partial_.assign(bytes);
                return true;
            }
            const auto message = finish(*frame);
            if (broken_) return false;
            const bool go_on = !message || visit(*message);
            if (was_partial) release(partial_);
            if (message_given_) {
                release(message_);
                message_given_ = false;
            }
            if (!go_on) return true;
        }
        return true;
    }

    std::size_t memory_bytes() const;  // what it holds now, for tests

private:
    struct Frame {
        bool final = false;
        std::uint8_t opcode = 0;
        std::string_view payload{};
        std::size_t wire_bytes = 0;
    };

    // Adds to the kept beginning of a frame what it lacks; false when there is not enough.
    bool complete(std::string_view& bytes);
    std::optional<Frame> take_frame(std::string_view& bytes);
    std::optional<ReceivedMessage> finish(const Frame& frame);
    // How long the frame is that begins here; nothing when its header is not whole.
    std::optional<std::pair<std::size_t, std::size_t>> sizes(std::string_view bytes);
    static void release(std::string& buffer) { std::string{}.swap(buffer); }

    std::string partial_{};    // the beginning of an incomplete frame
    std::string_view kept_{};  // partial_, once it is a whole frame
    std::string message_{};    // the payloads of a fragmented message so far
    std::size_t message_wire_bytes_ = 0;
    std::uint8_t message_opcode_ = 0;  // of a fragmented message; 0: there is none
    bool message_given_ = false;
    bool broken_ = false;
};

}  // namespace homeroom::load
