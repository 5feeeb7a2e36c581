// The server that is put under load: an address, and what is asked of it first.
#pragma once

#include <cstdint>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/socket.h>

#include "base/result.h"

namespace homeroom::load {

struct Target {
    std::string url{};   // as given
    std::string host{};  // with the port, as the Host header has it
    std::string path{};  // of Socket.IO, with its slashes
    std::uint16_t port = 0;
    sockaddr_storage address{};
    socklen_t address_bytes = 0;
    bool loopback = false;

    // The HTTP request that opens a WebSocket.
    std::string upgrade_request() const;
};

// url := ("http" | "ws") "://" host [":" port] ["/" path]; without a path "/socket.io/". Resolves
// the name, so it may block.
Result<Target> parse_target(std::string_view url);

// Whether somebody listens there: one connection, which is closed again. Blocks, for 5 s at most.
Status probe(const Target& target);

}  // namespace homeroom::load
