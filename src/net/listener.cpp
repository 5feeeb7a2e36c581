#include "net/listener.h"

#include <arpa/inet.h>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "base/limits.h"
#include "base/log.h"

namespace homeroom::net {
namespace {

constexpr int backlog = 4096;

// How long a listener sleeps when the system has no descriptor or memory left: the waiting
// connection would otherwise wake the loop again and again.
constexpr auto accept_pause = std::chrono::milliseconds{100};

struct Address {
    sockaddr_storage storage{};
    socklen_t length = 0;
};

Result<Address> parse_address(const ListenOptions& options) {
    Address address;
    const std::string host = options.address == "localhost" ? "127.0.0.1" : options.address;
    auto* v4 = reinterpret_cast<sockaddr_in*>(&address.storage);
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&address.storage);
    if (inet_pton(AF_INET, host.c_str(), &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(options.port);
        address.length = sizeof(sockaddr_in);
    } else if (inet_pton(AF_INET6, host.c_str(), &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(options.port);
        address.length = sizeof(sockaddr_in6);
    } else {
        return Error{Code::invalid, "not an IP address to listen on: \"" + options.address + "\"",
                     "host"};
    }
    return address;
}

Error listen_error(const std::string& where) {
    const int cause = errno;
    const std::string words =
        "cannot listen on " + where + ": " + std::system_category().message(cause);
    if (cause == EADDRINUSE)
        return Error{Code::conflict, words + " (is another server running there?)", "port"};
    return Error{Code::unavailable, words, "port"};
}

}  // namespace

Result<std::unique_ptr<Listener>> Listener::listen(EventLoop& loop, const ListenOptions& options,
                                                   Accept accept) {
    TRY(const Address address, parse_address(options));
    const std::string where = options.address + " port " + std::to_string(options.port);
    const int descriptor =
        socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return listen_error(where);
    const int on = 1;
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (options.share_port) setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    sockaddr_storage bound{};
    socklen_t bound_length = sizeof bound;
    if (bind(descriptor, reinterpret_cast<const sockaddr*>(&address.storage), address.length) !=
            0 ||
        ::listen(descriptor, backlog) != 0 ||
        getsockname(descriptor, reinterpret_cast<sockaddr*>(&bound), &bound_length) != 0) {
        const Error error = listen_error(where);
        close(descriptor);
        return error;
    }
    const std::uint16_t port =
        ntohs(bound.ss_family == AF_INET ? reinterpret_cast<sockaddr_in*>(&bound)->sin_port
                                         : reinterpret_cast<sockaddr_in6*>(&bound)->sin6_port);
    std::unique_ptr<Listener> listener{new Listener(loop, descriptor, port, std::move(accept))};
    TRY_OK(loop.watch(descriptor, EPOLLIN, *listener));
    return listener;
}

Result<std::unique_ptr<Listener>> Listener::listen_local(EventLoop& loop, const std::string& path,
                                                         Accept accept) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        return Error{Code::invalid, "the path of the control socket is too long: " + path, "data"};
    }
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return listen_error(path);
    unlink(path.c_str());  // the caller holds the data directory's lock: a socket that is there is
                           // a dead server's
    const mode_t before = umask(0177);
    const bool bound =
        bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    umask(before);
    if (!bound || ::listen(descriptor, backlog) != 0) {
        const Error error = listen_error(path);
        close(descriptor);
        return error;
    }
    std::unique_ptr<Listener> listener{new Listener(loop, descriptor, 0, std::move(accept))};
    TRY_OK(loop.watch(descriptor, EPOLLIN, *listener));
    return listener;
}

Listener::Listener(EventLoop& loop, int descriptor, std::uint16_t port, Accept accept)
    : loop_(loop),
      descriptor_(descriptor),
      port_(port),
      accept_(std::move(accept)),
      pause_([](void* self) { static_cast<Listener*>(self)->resume(); }, this) {}

Listener::~Listener() {
    loop_.unwatch(descriptor_);
    close(descriptor_);
}

void Listener::on_ready(std::uint32_t) {
    for (std::size_t i = 0; i < limits::accepts_per_turn_max; ++i) {
        sockaddr_storage peer{};
        socklen_t length = sizeof peer;
        const int descriptor = accept4(descriptor_, reinterpret_cast<sockaddr*>(&peer), &length,
                                       SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor < 0) {
            if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
                pause(errno);
            return;
        }
        const int on = 1;
        setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
        exhausted_ = false;
        accept_(descriptor, PeerAddress::of(peer));
    }
}

void Listener::pause(int cause) {
    if (!exhausted_)
        log::warn("cannot accept connections: {}", std::system_category().message(cause));
    exhausted_ = true;  // said once, until one is accepted again
    loop_.rewatch(descriptor_, 0, *this);
    loop_.start(pause_, accept_pause);
}

void Listener::resume() {
    loop_.rewatch(descriptor_, EPOLLIN, *this);
}

}  // namespace homeroom::net
