#include "net/peer_address.h"

#include <arpa/inet.h>
#include <cstring>
#include <netinet/in.h>

namespace homeroom::net {
namespace {

constexpr std::size_t network_bytes = 8;  // of an IPv6 address
constexpr std::size_t v4_offset = 12;     // of the address in its mapped form (RFC 4291 §2.5.5.2)
constexpr std::string_view v4_prefix{"\0\0\0\0\0\0\0\0\0\0\xFF\xFF", v4_offset};

}  // namespace

PeerAddress PeerAddress::of(const sockaddr_storage& address) {
    PeerAddress peer;
    if (address.ss_family == AF_INET) {
        std::memcpy(peer.bytes_.data(), v4_prefix.data(), v4_offset);
        std::memcpy(peer.bytes_.data() + v4_offset,
                    &reinterpret_cast<const sockaddr_in&>(address).sin_addr, sizeof(in_addr));
    } else if (address.ss_family == AF_INET6) {
        std::memcpy(peer.bytes_.data(), &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr,
                    peer.bytes_.size());
    }
    return peer;
}

std::optional<PeerAddress> PeerAddress::parse(const std::string& text) {
    PeerAddress peer;
    if (inet_pton(AF_INET6, text.c_str(), peer.bytes_.data()) == 1) return peer;
    std::memcpy(peer.bytes_.data(), v4_prefix.data(), v4_offset);
    if (inet_pton(AF_INET, text.c_str(), peer.bytes_.data() + v4_offset) == 1) return peer;
    return std::nullopt;
}

bool PeerAddress::is_v4() const {
    return std::string_view{bytes_.data(), v4_offset} == v4_prefix;
}

std::string PeerAddress::text() const {
    if (is_local()) return "local";
    char text[INET6_ADDRSTRLEN] = {};
    if (is_v4()) {
        inet_ntop(AF_INET, bytes_.data() + v4_offset, text, sizeof text);
    } else {
        inet_ntop(AF_INET6, bytes_.data(), text, sizeof text);
    }
    return text;
}

std::string_view PeerAddress::place() const {
    const std::string_view whole{bytes_.data(), bytes_.size()};
    return is_v4() ? whole : whole.substr(0, network_bytes);
}

}  // namespace homeroom::net
