// Where a connection comes from: an IP address in 16 bytes (IPv4 in its mapped form), or this
// machine's control socket. A plain value.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <sys/socket.h>

namespace homeroom::net {

class PeerAddress {
public:
    PeerAddress() = default;  // the control socket
    static PeerAddress of(const sockaddr_storage& address);
    // Of an address in text, without a port; nothing when it is none.
    static std::optional<PeerAddress> parse(const std::string& text);

    bool is_local() const { return bytes_ == Bytes{}; }
    // "192.0.2.1", "2001:db8::1" or "local".
    std::string text() const;
    // What counts as one place: an IPv4 address, or the network of 64 bits of an IPv6 address, all
    // of which belongs to whoever has one.
    std::string_view place() const;

    bool operator==(const PeerAddress&) const = default;

private:
    using Bytes = std::array<char, 16>;
    bool is_v4() const;

    Bytes bytes_{};
};

}  // namespace homeroom::net
