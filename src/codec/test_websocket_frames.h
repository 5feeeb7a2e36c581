// A client's frames, right and wrong, for tests and fuzz targets.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "codec/websocket.h"

namespace homeroom::codec::websocket::test {

struct FrameSpec {
    Opcode opcode = Opcode::text;
    bool final = true;
    unsigned reserved = 0;        // bits 0x10, 0x20, 0x40
    std::size_t length_form = 0;  // 2 or 8: this form even where a shorter one would do
    std::uint32_t mask = 0x37FA213D;
};

inline std::string apply_mask(std::string_view payload, std::uint32_t mask) {
    std::string bytes{payload};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<char>(bytes[i] ^ static_cast<char>(mask >> (24 - 8 * (i % 4))));
    }
    return bytes;
}

inline void append_big_endian(std::string& to, std::uint64_t value, std::size_t bytes) {
    for (std::size_t i = bytes; i-- > 0;) to += static_cast<char>(value >> (8 * i));
}

inline std::string client_frame(const FrameSpec& spec, std::string_view payload) {
    std::string bytes;
    bytes += static_cast<char>((spec.final ? 0x80U : 0U) | spec.reserved |
                               static_cast<unsigned>(spec.opcode));
    const std::size_t form = spec.length_form != 0     ? spec.length_form
                             : payload.size() > 0xFFFF ? 8
                             : payload.size() > 125    ? 2
                                                       : 0;
    bytes += static_cast<char>(0x80U | (form == 8   ? 127U
                                        : form == 2 ? 126U
                                                    : static_cast<unsigned>(payload.size())));
    append_big_endian(bytes, payload.size(), form);
    append_big_endian(bytes, spec.mask, 4);
    return bytes + apply_mask(payload, spec.mask);
}

// A server's frame as a client would have sent it.
inline std::string masked(std::string_view server_frame, std::uint32_t mask) {
    const unsigned length = static_cast<unsigned char>(server_frame[1]);
    const std::size_t header = 2U + (length == 127 ? 8U : length == 126 ? 2U : 0U);
    std::string bytes{server_frame.substr(0, header)};
    bytes[1] = static_cast<char>(length | 0x80U);
    append_big_endian(bytes, mask, 4);
    return bytes + apply_mask(server_frame.substr(header), mask);
}

inline std::string word_of(Opcode opcode) {
    switch (opcode) {
        case Opcode::text: return "text";
        case Opcode::binary: return "binary";
        case Opcode::close: return "close";
        case Opcode::ping: return "ping";
        case Opcode::pong: return "pong";
        case Opcode::continuation: break;
    }
    return "continuation";
}

}  // namespace homeroom::codec::websocket::test
