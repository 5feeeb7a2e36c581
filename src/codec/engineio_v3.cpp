#include "codec/engineio_v3.h"

#include <charconv>

#include "base/base64.h"
#include "codec/utf8.h"

namespace homeroom::codec::engineio::v3 {
namespace {

constexpr char string_mark = '\x00';
constexpr char binary_mark = '\x01';
constexpr char length_end = '\xFF';
constexpr char message_type = '\x04';

std::optional<std::size_t> number(std::string_view digits) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return value;
}

// The digits up to the colon, both of which leave `rest`.
std::optional<std::size_t> take_length(std::string_view& rest) {
    const auto colon = rest.substr(0, length_digits_max + 1).find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto length = number(rest.substr(0, colon));
    rest.remove_prefix(colon + 1);
    return length;
}

// The same in a binary payload, where digits are the bytes 0 to 9.
std::optional<std::size_t> take_binary_length(std::string_view& rest) {
    const auto end = rest.substr(0, length_digits_max + 1).find(length_end);
    if (end == std::string_view::npos) return std::nullopt;
    std::string digits;
    for (const char digit : rest.substr(0, end)) {
        if (static_cast<unsigned char>(digit) > 9) return std::nullopt;
        digits += static_cast<char>('0' + digit);
    }
    rest.remove_prefix(end + 1);
    return number(digits);
}

// How many bytes `units` UTF-16 code units at the beginning of `text` are; nothing when it has
// fewer, or they end within a character, or are no UTF-8.
std::optional<std::size_t> bytes_of_units(std::string_view text, std::size_t units) {
    if (units > text.size()) return std::nullopt;  // no byte is more than one unit
    std::size_t at = 0;
    while (at < text.size()) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if ((byte & 0xC0) != 0x80) {
            if (units == 0) break;
            const std::size_t needed = byte >= 0xF0 ? 2 : 1;
            if (needed > units) return std::nullopt;
            units -= needed;
        }
        ++at;
    }
    if (units > 0 || !utf8::is_valid(text.substr(0, at))) return std::nullopt;
    return at;
}

void append_binary_length(std::string& body, std::size_t length) {
    for (const char digit : std::to_string(length)) body += static_cast<char>(digit - '0');
    body += length_end;
}

}  // namespace

std::optional<Packet> decode(std::string_view text, std::string& scratch) {
    if (!text.starts_with('b')) return engineio::decode(text, scratch);
    if (!text.starts_with("b4")) return std::nullopt;
    scratch = base64::decode_lenient(text.substr(2));
    return Packet{PacketType::message, true, scratch};
}

std::optional<Packet> decode_binary(std::string_view bytes) {
    if (!bytes.starts_with(message_type)) return std::nullopt;
    return Packet{PacketType::message, true, bytes.substr(1)};
}

std::optional<Packet> PayloadReader::next() {
    if (state_ == State::packet) {
        if (const auto bytes = bytes_of_units(rest_, length_)) {
            const auto packet = decode(rest_.substr(0, *bytes), scratch_);
            rest_.remove_prefix(*bytes);
            if (packet) {
                state_ = rest_.empty() ? State::end : State::packet;
                if (state_ == State::packet) find_packet();
                return packet;
            }
        }
    }
    state_ = State::end;
    return std::nullopt;
}

// Reads lengths to the first that is not 0.
void PayloadReader::find_packet() {
    do {
        const auto length = take_length(rest_);
        if (!length) {
            state_ = State::invalid;
            return;
        }
        length_ = *length;
    } while (length_ == 0 && !rest_.empty());
    state_ = length_ == 0 ? State::end : State::packet;
}

std::optional<Packet> BinaryPayloadReader::next() {
    const auto packet = take_packet();
    done_ = !packet || rest_.empty();
    return packet;
}

std::optional<Packet> BinaryPayloadReader::take_packet() {
    if (rest_.empty()) return std::nullopt;
    const char mark = rest_.front();
    rest_.remove_prefix(1);
    const auto length = take_binary_length(rest_);
    if (!length || *length > rest_.size()) return std::nullopt;
    const std::string_view packet = rest_.substr(0, *length);
    rest_.remove_prefix(*length);
    if (mark == binary_mark) return decode_binary(packet);
    if (mark != string_mark || !utf8::is_valid(packet)) return std::nullopt;
    return decode(packet, scratch_);
}

std::string encode_payload(std::span<const Outgoing> packets) {
    if (packets.empty()) return "0:";
    std::string body;
    for (const auto& [binary, data] : packets) {
        const std::string encoded = binary ? "b4" + base64::encode(data) : std::string{};
        const std::string_view packet = binary ? std::string_view{encoded} : data;
        body.append(std::to_string(utf8::utf16_length(packet))).append(1, ':').append(packet);
    }
    return body;
}

std::string encode_binary_payload(std::span<const Outgoing> packets) {
    std::string body;
    for (const auto& [binary, data] : packets) {
        body += binary ? binary_mark : string_mark;
        append_binary_length(body, data.size() + (binary ? 1 : 0));
        if (binary) body += message_type;
        body += data;
    }
    return body;
}

}  // namespace homeroom::codec::engineio::v3
