#include "load/frame_reader.h"

#include <algorithm>

namespace homeroom::load {
namespace {

constexpr unsigned fin = 0x80;
constexpr unsigned reserved = 0x70;
constexpr unsigned masked = 0x80;
constexpr std::size_t control_bytes_max = 125;

bool is_control(std::uint8_t opcode) {
    return (opcode & 8U) != 0;
}

}  // namespace

std::size_t FrameReader::memory_bytes() const {
    const auto held = [](const std::string& text) {
        return text.capacity() > 15 ? text.capacity() : 0;
    };
    return held(partial_) + held(message_);
}

std::optional<std::pair<std::size_t, std::size_t>> FrameReader::sizes(std::string_view bytes) {
    if (bytes.size() < 2) return std::nullopt;
    const unsigned first = static_cast<unsigned char>(bytes[0]);
    const unsigned second = static_cast<unsigned char>(bytes[1]);
    if ((first & reserved) != 0 || (second & masked) != 0) {
        broken_ = true;
        return std::nullopt;
    }
    if (second < 126) return std::pair{std::size_t{2}, std::size_t{2} + second};
    const std::size_t length_bytes = second == 126 ? 2 : 8;
    if (bytes.size() < 2 + length_bytes) return std::nullopt;
    std::uint64_t length = 0;
    for (std::size_t i = 0; i < length_bytes; ++i)
        length = length << 8U | static_cast<unsigned char>(bytes[2 + i]);
    if (length > received_message_bytes_max) {
        broken_ = true;
        return std::nullopt;
    }
    return std::pair{2 + length_bytes, 2 + length_bytes + static_cast<std::size_t>(length)};
}

bool FrameReader::complete(std::string_view& bytes) {
    while (true) {
        const auto size = sizes(partial_);
        if (broken_) return false;
        const std::size_t wanted = size ? size->second : partial_.size() + 1;
        const std::size_t taken = std::min(wanted - partial_.size(), bytes.size());
        partial_.append(bytes.substr(0, taken));
        bytes.remove_prefix(taken);
        if (size && partial_.size() == size->second) {
            kept_ = partial_;
            return true;
        }
        // A header that is whole by now may be that of an empty frame.
        if (bytes.empty()) {
            const auto now = sizes(partial_);
            if (broken_ || !now || now->second != partial_.size()) return false;
        }
    }
}

std::optional<FrameReader::Frame> FrameReader::take_frame(std::string_view& bytes) {
    const auto size = sizes(bytes);
    if (!size || bytes.size() < size->second) return std::nullopt;
    const auto [header, whole] = *size;
    const unsigned first = static_cast<unsigned char>(bytes[0]);
    Frame frame{.final = (first & fin) != 0,
                .opcode = static_cast<std::uint8_t>(first & 0x0FU),
                .payload = bytes.substr(header, whole - header),
                .wire_bytes = whole};
    bytes.remove_prefix(whole);
    return frame;
}

std::optional<ReceivedMessage> FrameReader::finish(const Frame& frame) {
    switch (frame.opcode) {
        case 0: broken_ = message_opcode_ == 0; break;
        case 1:
        case 2: broken_ = message_opcode_ != 0; break;
        case 8:
        case 9:
        case 10: broken_ = !frame.final || frame.payload.size() > control_bytes_max; break;
        default: broken_ = true;
    }
    if (broken_) return std::nullopt;
    if (is_control(frame.opcode) || (frame.final && message_opcode_ == 0))
        return ReceivedMessage{static_cast<FrameKind>(frame.opcode), frame.payload,
                               frame.wire_bytes};
    if (message_opcode_ == 0) {
        message_opcode_ = frame.opcode;
        message_wire_bytes_ = 0;
    }
    if (message_.size() + frame.payload.size() > received_message_bytes_max) {
        broken_ = true;
        return std::nullopt;
    }
    message_ += frame.payload;
    message_wire_bytes_ += frame.wire_bytes;
    if (!frame.final) return std::nullopt;
    message_given_ = true;
    return ReceivedMessage{static_cast<FrameKind>(std::exchange(message_opcode_, std::uint8_t{0})),
                           message_, message_wire_bytes_};
}

}  // namespace homeroom::load
