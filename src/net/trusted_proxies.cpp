#include "net/trusted_proxies.h"

#include <algorithm>
#include <bit>
#include <charconv>

namespace homeroom::net {
namespace {

constexpr unsigned address_bits = 128;
constexpr unsigned mapped_bits = 96;  // in front of an IPv4 address
// Of one X-Forwarded-For: no school has more proxies in a row.
constexpr int forwards_max = 16;

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

}  // namespace

std::optional<TrustedProxies::Network> TrustedProxies::parse_one(std::string_view text) {
    const auto slash = text.find('/');
    const std::string_view host = text.substr(0, slash);
    const auto address = PeerAddress::parse(std::string{host});
    if (!address) return std::nullopt;
    const bool is_v4 = host.find(':') == std::string_view::npos;
    const unsigned most = is_v4 ? address_bits - mapped_bits : address_bits;
    unsigned bits = most;
    if (slash != std::string_view::npos) {
        const std::string_view number = text.substr(slash + 1);
        const auto [end, error] =
            std::from_chars(number.data(), number.data() + number.size(), bits);
        if (error != std::errc{} || end != number.data() + number.size() || bits > most)
            return std::nullopt;
    }
    return Network{std::bit_cast<Bytes>(*address), is_v4 ? bits + mapped_bits : bits};
}

std::optional<TrustedProxies> TrustedProxies::parse(const std::vector<std::string>& texts) {
    TrustedProxies proxies;
    for (const std::string& text : texts) {
        const auto network = parse_one(text);
        if (!network) return std::nullopt;
        proxies.networks_.push_back(*network);
    }
    return proxies;
}

bool TrustedProxies::contains(const PeerAddress& address) const {
    const auto bytes = std::bit_cast<Bytes>(address);
    return std::ranges::any_of(networks_, [&](const Network& network) {
        const unsigned whole = network.bits / 8;
        if (!std::equal(bytes.begin(), bytes.begin() + whole, network.bytes.begin())) return false;
        const unsigned rest = network.bits % 8;
        return rest == 0 || (bytes[whole] ^ network.bytes[whole]) >> (8 - rest) == 0;
    });
}

// What is no address is nobody's: then the proxy that passed it on stands for him.
PeerAddress TrustedProxies::client_of(const HttpRequest& request, const PeerAddress& peer) const {
    PeerAddress client = peer;
    if (networks_.empty() || !contains(peer)) return client;
    const std::string list = request.header_list("X-Forwarded-For");
    std::string_view rest = list;
    for (int i = 0; i < forwards_max && !rest.empty(); ++i) {
        const auto comma = rest.rfind(',');
        const std::string_view last =
            trimmed(comma == std::string_view::npos ? rest : rest.substr(comma + 1));
        rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(0, comma);
        const auto address = PeerAddress::parse(std::string{last});
        if (!address) break;
        client = *address;
        if (!contains(client)) break;
    }
    return client;
}

}  // namespace homeroom::net
