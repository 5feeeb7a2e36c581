#include "load/target.h"

#include <arpa/inet.h>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fmt/format.h>
#include <memory>
#include <netdb.h>
#include <poll.h>
#include <system_error>
#include <utility>

#include "net/descriptor.h"

namespace homeroom::load {
namespace {

constexpr int probe_wait_milliseconds = 5'000;

Error wrong(std::string_view url, std::string_view why) {
    return {Code::invalid, fmt::format("--url \"{}\" {}", url, why), "url"};
}

bool is_loopback(const sockaddr_storage& address) {
    if (address.ss_family != AF_INET) {
        const auto& six = reinterpret_cast<const sockaddr_in6&>(address);
        return IN6_IS_ADDR_LOOPBACK(&six.sin6_addr) != 0;
    }
    const auto& four = reinterpret_cast<const sockaddr_in&>(address);
    return (ntohl(four.sin_addr.s_addr) >> 24U) == IN_LOOPBACKNET;
}

Status resolve(Target& target, const std::string& name) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const std::string port = std::to_string(target.port);
    const int fault = getaddrinfo(name.c_str(), port.c_str(), &hints, &found);
    if (fault != 0)
        return Error{Code::unavailable,
                     fmt::format("\"{}\" has no address: {}", name, gai_strerror(fault))};
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner{found, &freeaddrinfo};
    // "localhost" is both ::1 and 127.0.0.1; servers are more often on the latter, and only there
    // are there source addresses to spread over.
    const addrinfo* chosen = found;
    for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
        if (at->ai_family == AF_INET) {
            chosen = at;
            break;
        }
    }
    std::memcpy(&target.address, chosen->ai_addr, chosen->ai_addrlen);
    target.address_bytes = chosen->ai_addrlen;
    target.loopback = is_loopback(target.address);
    return Ok{};
}

}  // namespace

std::string Target::upgrade_request() const {
    // The key need not be a secret, and nobody looks at the answer to it.
    return fmt::format(
        "GET {}?EIO=4&transport=websocket HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\n"
        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: aG9tZXJvb20gYmVuY2ghIQ==\r\n\r\n",
        path, host);
}

Result<Target> parse_target(std::string_view url) {
    std::string_view rest = url;
    if (rest.starts_with("https://") || rest.starts_with("wss://"))
        return wrong(url,
                     "is encrypted, which is not measured: give the address of the server "
                     "behind its proxy, http://…");
    if (rest.starts_with("http://")) {
        rest.remove_prefix(7);
    } else if (rest.starts_with("ws://")) {
        rest.remove_prefix(5);
    } else {
        return wrong(url, "must be like http://127.0.0.1:8080");
    }
    Target target;
    target.url = url;
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    target.host = rest.substr(0, slash);
    target.path = rest.substr(slash);
    if (target.path.empty() || target.path == "/") target.path = "/socket.io/";
    if (target.path.find_first_of("?# \r\n") != std::string::npos)
        return wrong(url, "has a path that can't be asked for");
    if (target.path.back() != '/') target.path += '/';

    std::string_view name = target.host;
    std::string_view port = "80";
    const std::size_t bracket = name.find(']');
    const std::size_t colon = name.find(':', bracket == std::string_view::npos ? 0 : bracket);
    if (colon != std::string_view::npos) {
        port = name.substr(colon + 1);
        name = name.substr(0, colon);
    }
    if (name.starts_with('[') && name.ends_with(']')) name = name.substr(1, name.size() - 2);
    const auto [stop, fault] = std::from_chars(port.data(), port.data() + port.size(), target.port);
    if (fault != std::errc{} || stop != port.data() + port.size() || target.port == 0)
        return wrong(url, "has no port that could be one");
    if (name.empty() || name.find_first_of(" \t\r\n@") != std::string_view::npos)
        return wrong(url, "has no host");
    TRY_OK(resolve(target, std::string{name}));
    return target;
}

Status probe(const Target& target) {
    const auto failed = [&](int number) {
        return Error{Code::unavailable, fmt::format("cannot connect to {}: {}", target.url,
                                                    std::system_category().message(number))};
    };
    const int descriptor =
        socket(target.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return failed(errno);
    const net::Descriptor owner{descriptor};
    if (connect(descriptor, reinterpret_cast<const sockaddr*>(&target.address),
                target.address_bytes) == 0)
        return Ok{};
    if (errno != EINPROGRESS) return failed(errno);
    pollfd waiting{.fd = descriptor, .events = POLLOUT, .revents = 0};
    if (poll(&waiting, 1, probe_wait_milliseconds) != 1) return failed(ETIMEDOUT);
    int number = 0;
    socklen_t bytes = sizeof number;
    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &bytes);
    if (number != 0) return failed(number);
    return Ok{};
}

}  // namespace homeroom::load
