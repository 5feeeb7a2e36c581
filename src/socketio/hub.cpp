#include "socketio/hub.h"

#include <utility>

#include "socketio/client.h"

namespace homeroom::socketio {

Hub::Hub(net::EventLoop& loop, std::uint32_t loop_index, HubOptions options,
         std::vector<Namespace> namespaces)
    : loop_(loop), loop_index_(loop_index), options_(options), namespaces_(std::move(namespaces)) {}

Hub::~Hub() = default;

std::unique_ptr<engineio::SessionHandler> Hub::on_session(engineio::Session& session,
                                                          const net::HttpRequest& request) {
    Handshake handshake{.peer_address = request.peer_address,
                        .authorization = std::string{request.header("Authorization").value_or("")}};
    return std::make_unique<Client>(*this, session, std::move(handshake));
}

NamespaceHandler* Hub::handler_of(std::string_view nsp) const {
    for (const Namespace& one : namespaces_) {
        if (one.name == nsp) return one.handler;
    }
    return nullptr;
}

Socket& Hub::add(Client& client, NamespaceHandler& handler, std::string nsp) {
    std::uint32_t index = 0;
    if (free_slots_.empty()) {
        index = static_cast<std::uint32_t>(slots_.size());
        slots_.emplace_back();
    } else {
        index = free_slots_.back();
        free_slots_.pop_back();
    }
    Slot& slot = slots_[index];
    ++slot.generation;
    slot.socket = std::make_unique<Socket>(*this, client, handler, std::move(nsp),
                                           SocketRef{loop_index_, index, slot.generation});
    ++socket_count_;
    return *slot.socket;
}

void Hub::remove(Socket& socket) {
    Slot& slot = slots_[socket.ref().slot];
    loop_.reap(std::move(slot.socket));
    free_slots_.push_back(socket.ref().slot);
    --socket_count_;
}

Socket* Hub::find(SocketRef ref) {
    if (ref.slot >= slots_.size()) return nullptr;
    const Slot& slot = slots_[ref.slot];
    return slot.generation == ref.generation ? slot.socket.get() : nullptr;
}

void Hub::for_each_in(std::string_view nsp, std::string_view name,
                      const std::function<void(Socket&)>& visit) {
    const Room* room = rooms_.find(nsp, name);
    if (room == nullptr) return;
    // A copy: what is visited may leave, and the room may end with it. Sockets themselves live to
    // the turn's end.
    const std::vector<Socket*> members = room->members();
    for (Socket* socket : members) {
        if (!socket->is_gone()) visit(*socket);
    }
}

void Hub::for_each(std::string_view nsp, const std::function<void(Socket&)>& visit) {
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        Socket* socket = slots_[i].socket.get();
        if (socket != nullptr && socket->nsp() == nsp) visit(*socket);
    }
}

void Hub::deliver(const Broadcast& broadcast) {
    // A delivery may end a socket, and whoever is told of that may broadcast: for everybody that
    // comes after this one.
    if (delivering_) {
        broadcasts_.push_back(broadcast);
        return;
    }
    delivering_ = true;
    deliver_now(broadcast);
    for (; !broadcasts_.empty(); broadcasts_.pop_front()) deliver_now(broadcasts_.front());
    delivering_ = false;
}

void Hub::deliver_now(const Broadcast& broadcast) {
    const RoomIndex::Pin pin{rooms_};
    const Room* within = nullptr;
    if (!broadcast.within.empty()) {
        within = rooms_.find(broadcast.nsp, broadcast.within);
        if (within == nullptr) return;
    }
    const std::uint64_t mark = ++marks_;
    for (const std::string& name : broadcast.rooms) {
        const Room* room = rooms_.find(broadcast.nsp, name);
        if (room == nullptr) continue;
        const std::vector<Socket*>& members = room->members();
        // Backwards: a delivery that ends a too slow socket takes it out of the room, and the last
        // member, already served, moves to its place. The mark says so where a socket further down
        // is taken out as well.
        for (std::size_t i = members.size(); i-- > 0;) {
            if (i >= members.size()) continue;
            Socket* socket = members[i];
            if (within != nullptr && within != room && !socket->is_in(*within)) continue;
            if (std::exchange(socket->mark, mark) == mark) continue;
            socket->deliver(broadcast);
        }
    }
}

}  // namespace homeroom::socketio
