#include "wire.h"

#include <array>
#include <cstring>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <strings.h>

namespace bare {
namespace {

// The value of a header, found without parsing the others.
std::string_view header(std::string_view request, std::string_view name) {
    for (auto at = request.find("\r\n"); at != std::string_view::npos;
         at = request.find("\r\n", at + 2)) {
        const auto line = request.substr(at + 2);
        if (line.size() <= name.size() || line[name.size()] != ':') continue;
        if (strncasecmp(line.data(), name.data(), name.size()) != 0) continue;
        auto value = line.substr(name.size() + 1, line.find("\r\n") - name.size() - 1);
        while (value.starts_with(' ')) value.remove_prefix(1);
        return value;
    }
    return {};
}

void unmask(std::span<char> bytes, std::uint32_t mask) {
    const std::uint64_t wide = (std::uint64_t{mask} << 32) | mask;
    std::size_t at = 0;
    for (; at + sizeof wide <= bytes.size(); at += sizeof wide) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + at, sizeof word);
        word ^= wide;
        std::memcpy(bytes.data() + at, &word, sizeof word);
    }
    std::array<char, sizeof mask> rest{};
    std::memcpy(rest.data(), &mask, sizeof mask);
    for (; at < bytes.size(); ++at)
        bytes[at] = static_cast<char>(bytes[at] ^ rest[at % sizeof mask]);
}

bool take(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

}  // namespace

std::optional<std::string> upgrade(std::string_view request) {
    std::string key{header(request, "Sec-WebSocket-Key")};
    if (key.empty()) return std::nullopt;
    key += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
    SHA1(reinterpret_cast<const unsigned char*>(key.data()), key.size(), digest.data());
    std::array<unsigned char, 32> accept{};  // 28 characters and a zero
    EVP_EncodeBlock(accept.data(), digest.data(), static_cast<int>(digest.size()));
    return std::string{
               "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
               "Connection: Upgrade\r\nSec-WebSocket-Accept: "} +
           reinterpret_cast<const char*>(accept.data()) + "\r\n\r\n";
}

void append_frame(std::string& to, std::initializer_list<std::string_view> parts) {
    std::size_t size = 0;
    for (const auto part : parts) size += part.size();
    to += '\x81';
    const auto byte = [&to, size](int shift) { to += static_cast<char>((size >> shift) & 0xff); };
    if (size < 126) {
        byte(0);
    } else if (size < 65'536) {
        to += '\x7e';
        for (const int shift : {8, 0}) byte(shift);
    } else {
        to += '\x7f';
        for (int shift = 56; shift >= 0; shift -= 8) byte(shift);
    }
    for (const auto part : parts) to += part;
}

std::optional<ClientFrame> read_frame(std::span<char> bytes) {
    const auto at = [&bytes](std::size_t i) {
        return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i]));
    };
    if (bytes.size() < 6) return std::nullopt;
    std::size_t size = at(1) & 0x7f;
    std::size_t header = 2;
    if (size >= 126) {
        header += size == 126 ? 2 : 8;
        if (bytes.size() < header) return std::nullopt;
        size = 0;
        for (std::size_t i = 2; i < header; ++i) size = (size << 8) | at(i);
    }
    std::uint32_t mask = 0;
    if (bytes.size() < header + sizeof mask || bytes.size() - header - sizeof mask < size)
        return std::nullopt;
    std::memcpy(&mask, bytes.data() + header, sizeof mask);
    header += sizeof mask;
    const auto payload = bytes.subspan(header, size);
    unmask(payload, mask);
    return ClientFrame{Opcode(at(0) & 0x0f), {payload.data(), payload.size()}, header + size};
}

Packet read_packet(std::string_view text) {
    Packet packet;
    if (take(text, "40")) {
        packet.kind = Packet::Kind::connect;
        return packet;
    }
    if (!take(text, "42")) return packet;
    packet.id = text.substr(0, text.find('['));
    text.remove_prefix(packet.id.size());
    if (take(text, R"(["join",")")) {
        packet.kind = Packet::Kind::join;
        packet.room = text.substr(0, text.find('"'));
    } else if (take(text, R"(["publish",{"room":")")) {
        packet.kind = Packet::Kind::publish;
        packet.room = text.substr(0, text.find('"'));
        text.remove_prefix(packet.room.size());
        if (!take(text, R"(","data":)") || !text.ends_with("}]")) return {};
        packet.data = text.substr(0, text.size() - 2);
    } else if (take(text, R"(["echo",)") && text.ends_with(']')) {
        packet.kind = Packet::Kind::echo;
        packet.data = text.substr(0, text.size() - 1);
    }
    return packet;
}

}  // namespace bare
