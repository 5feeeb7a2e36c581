// Any bytes from a client: the same messages however they are cut, never more than the limits, and
// what comes out can be written and read again.
//
// input  := first · the stream
// first  := one byte; the lower seven bits: how the stream is cut; the top one: whether messages
// may
//           be compressed
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "codec/test_websocket_frames.h"
#include "codec/utf8.h"
#include "codec/websocket.h"

namespace {

using namespace homeroom::codec::websocket;

constexpr std::size_t message_bytes_max = 2'000;
constexpr std::size_t fragments_max = 6;

void require(bool holds) {
    if (!holds) std::abort();
}

Decoder::Options options(bool compression) {
    return {.message_bytes_max = message_bytes_max,
            .fragments_max = fragments_max,
            .compression = compression};
}

void require_written_and_read_again(const Message& message) {
    const Payload kind = message.compressed ? Payload::deflated : Payload::plain;
    std::string again = test::masked(frame(message.opcode, message.payload, kind), 0x01020304);
    Decoder decoder{options(message.compressed)};
    std::span<char> unread{again};
    const Decoded decoded = decoder.next(unread);
    require(std::holds_alternative<Message>(decoded) && unread.empty());
    require(std::get<Message>(decoded).opcode == message.opcode);
    require(std::get<Message>(decoded).payload == message.payload);
    require(std::get<Message>(decoded).compressed == message.compressed);
}

// What the decoder makes of the stream, given in pieces of `piece` bytes.
std::vector<std::string> decode(std::string_view stream, std::size_t piece, bool compression) {
    Decoder decoder{options(compression)};
    std::vector<std::string> seen;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
        std::string bytes{stream.substr(at, piece)};
        std::span<char> unread{bytes};
        while (true) {
            const std::size_t left = unread.size();
            const Decoded decoded = decoder.next(unread);
            require(unread.size() <= left);
            require(decoder.memory_bytes() <= 4 * (message_bytes_max + 14));
            if (std::holds_alternative<MoreNeeded>(decoded)) {
                require(unread.empty());
                break;
            }
            if (const auto* failure = std::get_if<Failure>(&decoded)) {
                require(!failure->reason.empty());
                seen.push_back("failure " + std::to_string(static_cast<int>(failure->code)));
                return seen;
            }
            const auto& message = std::get<Message>(decoded);
            const bool control = static_cast<unsigned>(message.opcode) >= 8;
            require(message.payload.size() <= (control ? 125U : message_bytes_max));
            require(message.opcode != Opcode::continuation);
            require(!message.compressed || (compression && !control));
            if (message.opcode == Opcode::text && !message.compressed)
                require(homeroom::codec::utf8::is_valid(message.payload));
            require_written_and_read_again(message);
            seen.push_back((message.compressed ? "deflated " : "") + test::word_of(message.opcode) +
                           ":" + std::string{message.payload});
        }
    }
    return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0 || size > 20'000) return 0;
    const std::string_view stream{reinterpret_cast<const char*>(data) + 1, size - 1};
    const bool compression = (data[0] & 0x80) != 0;
    const std::size_t piece = std::size_t{1} + (data[0] & 0x7F);
    const auto whole = decode(stream, stream.size() + 1, compression);
    require(decode(stream, piece, compression) == whole);
    return 0;
}
