// Whose word is taken for where a client is: the addresses of our own proxies, whose
// X-Forwarded-For says for whom they ask. Everybody else's says what he likes, and is not read.
//
// X-Forwarded-For := address ("," address)*      each proxy adds at the end who came to it
//
// So it is read from its end: what a trusted proxy wrote is the address before it; where that is a
// trusted one, too, the one before. Immutable; any thread.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http.h"
#include "net/peer_address.h"

namespace homeroom::net {

class TrustedProxies {
public:
    // Addresses and networks, "192.0.2.1", "10.0.0.0/8", "2001:db8::/32"; nothing when one is none.
    static std::optional<TrustedProxies> parse(const std::vector<std::string>& texts);

    bool empty() const { return networks_.empty(); }
    bool contains(const PeerAddress& address) const;
    // Where the client is whose request came over a connection from `peer`.
    PeerAddress client_of(const HttpRequest& request, const PeerAddress& peer) const;

private:
    using Bytes = std::array<unsigned char, 16>;
    struct Network {
        Bytes bytes{};
        unsigned bits = 0;
        bool operator==(const Network&) const = default;
    };
    static std::optional<Network> parse_one(std::string_view text);

    std::vector<Network> networks_{};
};

}  // namespace homeroom::net
