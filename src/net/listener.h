// A listening socket of one loop. Every loop has its own on the same port (SO_REUSEPORT): the
// kernel spreads the connections, and no thread hands sockets out.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "net/event_loop.h"
#include "net/peer_address.h"

namespace homeroom::net {

struct ListenOptions {
    std::string address = "127.0.0.1";  // IPv4 or IPv6; "localhost" is understood
    std::uint16_t port = 0;             // 0: any free one
    bool share_port = false;            // several listeners of this process on one port
};

class Listener final : public Watcher {
public:
    // Called for each connection: a non-blocking descriptor with TCP_NODELAY, and the peer's
    // address.
    using Accept = std::function<void(int descriptor, const PeerAddress& peer)>;

    // Errors: `conflict` when the port is in use; the words name address and port.
    static Result<std::unique_ptr<Listener>> listen(EventLoop& loop, const ListenOptions& options,
                                                    Accept accept);
    // The same at a path in the file system, for commands from this machine's owner (mode 0600).
    static Result<std::unique_ptr<Listener>> listen_local(EventLoop& loop, const std::string& path,
                                                          Accept accept);
    ~Listener() override;

    std::uint16_t port() const { return port_; }
    void on_ready(std::uint32_t epoll_events) override;

private:
    Listener(EventLoop& loop, int descriptor, std::uint16_t port, Accept accept);
    void pause(int cause);  // for a moment: the system can give no connection
    void resume();

    EventLoop& loop_;
    int descriptor_;
    std::uint16_t port_;
    Accept accept_;
    Timer pause_;
    bool exhausted_ = false;
};

}  // namespace homeroom::net
