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

class Namespace final : public net::Reapable {
public:
    Namespace(std::string name, NamespaceHandler& handler, bool fixed)
        : name_(std::move(name)), handler_(handler), fixed_(fixed) {}

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
    std::string name_;
    NamespaceHandler& handler_;
    bool fixed_;
    RoomIndex rooms_{};
    std::vector<Socket*> sockets_{};
};

}  // namespace homeroom::hub
