// One namespace on one loop: its sockets and its rooms. Loop thread only.
//
// A namespace that was there from the start stays; one that a client named ends with its last
// socket.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "hub/room_index.h"
#include "hub/types.h"

namespace homeroom::hub {

class Hub;

class Namespace final : public net::Reapable {
public:
    Namespace(Hub& hub, std::string name, NamespaceHandler& handler, bool fixed)
        : hub_(hub), name_(std::move(name)), handler_(handler), fixed_(fixed) {}

    Hub& hub() const { return hub_; }
    const std::string& name() const { return name_; }
    NamespaceHandler& handler() const { return handler_; }  // asked about its new sockets
    bool is_fixed() const { return fixed_; }

    RoomIndex& rooms() { return rooms_; }
    const RoomIndex& rooms() const { return rooms_; }
    const std::vector<Socket*>& sockets() const { return sockets_; }
    void add(Socket& socket);
    // The last socket takes the place of the one that goes.
    void remove(Socket& socket);

private:
    Hub& hub_;
    std::string name_;
    NamespaceHandler& handler_;
    bool fixed_;
    RoomIndex rooms_{};
    std::vector<Socket*> sockets_{};
};

}  // namespace homeroom::hub
