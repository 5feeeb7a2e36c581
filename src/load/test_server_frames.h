// A server's frames, right and wrong, for tests and the fuzz target.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "load/frame_reader.h"

namespace homeroom::load::test {

inline std::string server_frame(std::uint8_t opcode, std::string_view payload, bool final = true) {
    std::string bytes;
    bytes += static_cast<char>((final ? 0x80U : 0U) | opcode);
    const std::size_t form = payload.size() < 126 ? 0 : payload.size() <= 0xFFFF ? 2 : 8;
    bytes += static_cast<char>(form == 0 ? payload.size() : form == 2 ? 126 : 127);
    for (std::size_t i = form; i-- > 0;)
        bytes += static_cast<char>(std::uint64_t{payload.size()} >> (8 * i));
    return bytes.append(payload);
}

struct Readings {
    std::vector<std::string> messages{};  // "kind:payload"
    std::size_t wire_bytes = 0;
    bool broken = false;
};

// What a reader makes of a stream that comes in pieces of `piece` bytes.
inline Readings read_in_pieces(std::string_view stream, std::size_t piece) {
    FrameReader reader;
    Readings readings;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
        // Of exactly this size: a reader that looks beyond its bytes is found by the sanitizer.
        const std::vector<char> bytes(
            stream.begin() + static_cast<std::ptrdiff_t>(at),
            stream.begin() + static_cast<std::ptrdiff_t>(std::min(at + piece, stream.size())));
        const bool good =
            reader.read({bytes.data(), bytes.size()}, [&](const ReceivedMessage& message) {
                readings.messages.push_back(std::to_string(static_cast<int>(message.kind)) + ":" +
                                            std::string{message.payload});
                readings.wire_bytes += message.wire_bytes;
                return true;
            });
        if (!good) {
            readings.broken = true;
            return readings;
        }
    }
    return readings;
}

}  // namespace homeroom::load::test
