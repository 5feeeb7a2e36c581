#include "codec/websocket.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <utility>

#include "base/base64.h"
#include "base/limits.h"
#include "codec/utf8.h"

namespace homeroom::codec::websocket {
namespace {

constexpr std::size_t mask_bytes = 4;
constexpr unsigned rsv1 = 0x40;
constexpr unsigned rsv2_and_rsv3 = 0x30;

bool is_control(Opcode opcode) {
    return (static_cast<std::uint8_t>(opcode) & 8) != 0;
}

// §7.4.1 and §7.4.2: what a client may put into a close frame.
bool is_valid_close_code(unsigned code) {
    if (code >= 3000 && code <= 4999) return true;
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
}

void unmask(std::span<char> payload, const char* mask) {
    std::array<char, 8> wide{};
    for (std::size_t i = 0; i < wide.size(); ++i) wide[i] = mask[i % mask_bytes];
    std::uint64_t key = 0;
    std::memcpy(&key, wide.data(), sizeof key);
    std::size_t i = 0;
    for (; i + sizeof key <= payload.size(); i += sizeof key) {
        std::uint64_t block = 0;
        std::memcpy(&block, payload.data() + i, sizeof block);
        block ^= key;
        std::memcpy(payload.data() + i, &block, sizeof block);
    }
    for (; i < payload.size(); ++i)
        payload[i] = static_cast<char>(payload[i] ^ mask[i % mask_bytes]);
}

Failure protocol_error(std::string_view reason) {
    return {CloseCode::protocol_error, reason};
}

Decoded whole_message(Opcode opcode, std::string_view payload, bool compressed) {
    if (opcode == Opcode::text && !compressed && !utf8::is_valid(payload))
        return Failure{CloseCode::invalid_payload, "the text is not UTF-8"};
    return Message{opcode, payload, compressed};
}

void release(std::string& buffer) {
    std::string{}.swap(buffer);
}

}  // namespace

struct Decoder::Header {
    bool final = false;
    Opcode opcode = Opcode::continuation;
    bool compressed = false;
    std::uint64_t payload_bytes = 0;
    std::size_t header_bytes = 0;  // mask included
};

// What is kept between two calls; most connections have none of it most of the time.
struct Decoder::Incomplete {
    std::string partial{};  // the beginning of an incomplete frame
    std::string message{};  // the payloads of a fragmented message so far
    std::size_t fragments = 0;
    Opcode opcode = Opcode::continuation;
    bool compressed = false;
    bool message_given = false;       // the last message given out is `message`
    bool given_from_partial = false;  // … or lies in `partial`
};

Decoder::Decoder(const Options& options) : options_(options) {}
Decoder::~Decoder() = default;

Decoder::Incomplete& Decoder::incomplete() {
    if (incomplete_ == nullptr) incomplete_ = std::make_unique<Incomplete>();
    return *incomplete_;
}

std::size_t Decoder::memory_bytes() const {
    if (incomplete_ == nullptr) return 0;
    const auto held = [](const std::string& text) {
        return text.capacity() > 15 ? text.capacity() : 0;
    };
    return sizeof(Incomplete) + held(incomplete_->partial) + held(incomplete_->message);
}

std::variant<MoreNeeded, Decoder::Header, Failure> Decoder::read_header(
    std::string_view bytes) const {
    if (bytes.size() < 2) return MoreNeeded{};
    const auto first = static_cast<unsigned char>(bytes[0]);
    const auto second = static_cast<unsigned char>(bytes[1]);
    Header header{.final = (first & 0x80) != 0,
                  .opcode = static_cast<Opcode>(first & 0x0F),
                  .compressed = (first & rsv1) != 0};
    if ((first & rsv2_and_rsv3) != 0 || (header.compressed && !options_.compression))
        return protocol_error("a reserved bit is set");
    // RFC 7692 §6.1: the bit stands on the first frame of a message, for all of it.
    if (header.compressed && (is_control(header.opcode) || header.opcode == Opcode::continuation)) {
        return protocol_error("RSV1 on a frame that begins no message");
    }
    if ((second & 0x80) == 0) return protocol_error("a client's frame must be masked");
    const std::size_t fragments = incomplete_ == nullptr ? 0 : incomplete_->fragments;
    const std::size_t before = incomplete_ == nullptr ? 0 : incomplete_->message.size();
    switch (header.opcode) {
        case Opcode::continuation:
            if (fragments == 0) return protocol_error("a continuation of nothing");
            break;
        case Opcode::text:
        case Opcode::binary:
            if (fragments != 0) return protocol_error("a new message within another");
            break;
        case Opcode::close:
        case Opcode::ping:
        case Opcode::pong:
            if (!header.final) return protocol_error("a fragmented control frame");
            break;
        default: return protocol_error("an unknown opcode");
    }
    const unsigned length = second & 0x7F;
    if (is_control(header.opcode) && length > limits::websocket_control_bytes_max) {
        return protocol_error("a control frame that is too long");
    }
    const std::size_t length_bytes = length == 126 ? 2 : length == 127 ? 8 : 0;
    header.header_bytes = 2 + length_bytes + mask_bytes;
    if (bytes.size() < 2 + length_bytes) return MoreNeeded{};
    header.payload_bytes = length;
    if (length_bytes != 0) {
        header.payload_bytes = 0;
        for (std::size_t i = 0; i < length_bytes; ++i) {
            header.payload_bytes =
                header.payload_bytes << 8 | static_cast<unsigned char>(bytes[2 + i]);
        }
        // §5.2: the shortest form, and the top bit of 64 is zero.
        if (header.payload_bytes < (length_bytes == 2 ? 126U : 0x10000U) ||
            header.payload_bytes >> 63 != 0) {
            return protocol_error("a length in the wrong form");
        }
    }
    if (!is_control(header.opcode)) {
        if (header.payload_bytes >
            options_.message_bytes_max - std::min(options_.message_bytes_max, before)) {
            return Failure{CloseCode::too_large, "the message is too large", Limit::message_bytes};
        }
        if (fragments == options_.fragments_max)
            return Failure{CloseCode::too_large, "the message has too many fragments",
                           Limit::fragments};
    }
    if (bytes.size() < header.header_bytes) return MoreNeeded{};
    return header;
}

void Decoder::drop_what_was_given() {
    if (incomplete_ == nullptr) return;
    if (std::exchange(incomplete_->given_from_partial, false)) release(incomplete_->partial);
    if (std::exchange(incomplete_->message_given, false)) release(incomplete_->message);
    if (incomplete_->partial.empty() && incomplete_->fragments == 0) incomplete_.reset();
}

Decoded Decoder::next(std::span<char>& unread) {
    drop_what_was_given();
    while (incomplete_ == nullptr || incomplete_->partial.empty()) {
        const auto read = read_header({unread.data(), unread.size()});
        if (const auto* failure = std::get_if<Failure>(&read)) return *failure;
        const auto* header = std::get_if<Header>(&read);
        const std::size_t frame_bytes =
            header == nullptr
                ? 0
                : header->header_bytes + static_cast<std::size_t>(header->payload_bytes);
        if (header == nullptr || unread.size() < frame_bytes) {
            if (!unread.empty()) incomplete().partial.assign(unread.data(), unread.size());
            unread = {};
            return MoreNeeded{};
        }
        const auto frame = unread.first(frame_bytes);
        unread = unread.subspan(frame_bytes);
        if (const auto decoded = finish_frame(*header, frame)) return *decoded;
    }
    return read_on(unread);
}

// The beginning of a frame is kept: first its header, then exactly its payload.
Decoded Decoder::read_on(std::span<char>& unread) {
    std::string& partial = incomplete_->partial;
    while (true) {
        auto read = read_header(partial);
        if (const auto* failure = std::get_if<Failure>(&read)) return *failure;
        if (std::holds_alternative<MoreNeeded>(read)) {
            if (unread.empty()) return MoreNeeded{};
            partial += unread.front();
            unread = unread.subspan(1);
            continue;
        }
        const Header header = std::get<Header>(read);
        const std::size_t frame_bytes =
            header.header_bytes + static_cast<std::size_t>(header.payload_bytes);
        const std::size_t take = std::min(unread.size(), frame_bytes - partial.size());
        partial.append(unread.data(), take);
        unread = unread.subspan(take);
        if (partial.size() < frame_bytes) return MoreNeeded{};
        const auto decoded = finish_frame(header, partial);
        if (decoded) {
            incomplete_->given_from_partial = true;
            return *decoded;
        }
        release(partial);  // a fragment; its payload is kept
        return next(unread);
    }
}

std::optional<Decoded> Decoder::finish_frame(const Header& header, std::span<char> frame) {
    const char* mask = frame.data() + header.header_bytes - mask_bytes;
    const std::span<char> payload = frame.subspan(header.header_bytes);
    unmask(payload, mask);
    const std::string_view view{payload.data(), payload.size()};
    if (is_control(header.opcode)) {
        if (header.opcode == Opcode::close && !view.empty()) {
            if (view.size() == 1) return protocol_error("a close code of one byte");
            const unsigned code = static_cast<unsigned>(static_cast<unsigned char>(view[0])) << 8 |
                                  static_cast<unsigned char>(view[1]);
            if (!is_valid_close_code(code))
                return protocol_error("a close code that is not allowed");
            if (!utf8::is_valid(view.substr(2)))
                return Failure{CloseCode::invalid_payload, "the close reason is not UTF-8"};
        }
        return Message{header.opcode, view};
    }
    const bool begins = incomplete_ == nullptr || incomplete_->fragments == 0;
    if (header.final && begins) return whole_message(header.opcode, view, header.compressed);
    Incomplete& whole = incomplete();
    if (begins) {
        whole.opcode = header.opcode;
        whole.compressed = header.compressed;
    }
    ++whole.fragments;
    whole.message += view;
    if (!header.final) return std::nullopt;
    whole.fragments = 0;
    whole.message_given = true;
    return whole_message(whole.opcode, whole.message, whole.compressed);
}

std::string frame_header(Opcode opcode, std::size_t payload_bytes, Payload kind) {
    std::string header;
    header += static_cast<char>(0x80 | (kind == Payload::deflated ? rsv1 : 0) |
                                static_cast<unsigned>(opcode));
    if (payload_bytes < 126) {
        header += static_cast<char>(payload_bytes);
        return header;
    }
    const bool wide = payload_bytes > 0xFFFF;
    header += static_cast<char>(wide ? 127 : 126);
    for (int shift = wide ? 56 : 8; shift >= 0; shift -= 8) {
        header += static_cast<char>(static_cast<std::uint64_t>(payload_bytes) >> shift & 0xFF);
    }
    return header;
}

std::string frame(Opcode opcode, std::string_view payload, Payload kind) {
    std::string bytes = frame_header(opcode, payload.size(), kind);
    bytes += payload;
    return bytes;
}

std::string accept_key(std::string_view client_key) {
    // 16 bytes are 24 characters of base64, but so are 17 and 18.
    const std::string nonce =
        client_key.size() == 24 ? base64::decode_lenient(client_key) : std::string{};
    if (nonce.size() != 16 || base64::encode(nonce) != client_key) return {};
    std::string text{client_key};
    text += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // §1.3
    std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
    unsigned int length = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha1(), nullptr);
    return base64::encode({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

}  // namespace homeroom::codec::websocket
