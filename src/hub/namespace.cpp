#include "hub/namespace.h"

#include "hub/socket.h"

namespace homeroom::hub {

void Namespace::add(Socket& socket) {
    socket.place = static_cast<std::uint32_t>(sockets_.size());
    sockets_.push_back(&socket);
}

void Namespace::remove(Socket& socket) {
    Socket* last = sockets_.back();
    last->place = socket.place;
    sockets_[socket.place] = last;
    sockets_.pop_back();
}

}  // namespace homeroom::hub
