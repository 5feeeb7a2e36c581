#include "hub/hub.h"

#include <algorithm>
#include <utility>

#include "hub/client.h"

namespace homeroom::hub {
namespace {

std::unique_ptr<HandshakeRequest> whole(const net::HttpRequest& request) {
    auto kept = std::make_unique<HandshakeRequest>();
    kept->headers = request.headers;
    kept->url = request.target();
    kept->query = request.parameters();
    kept->time = std::chrono::system_clock::now();
    return kept;
}

}  // namespace

Hub::Hub(net::EventLoop& loop, std::uint32_t loop_index, HubOptions options,
         const Handlers& handlers)
    : loop_(loop),
      loop_index_(loop_index),
      options_(options),
      others_(handlers.others),
      broadcast_acks_(loop, options_.counters) {
    for (const Handlers::Fixed& one : handlers.fixed)
        add(std::make_unique<Namespace>(*this, one.name, *one.handler, true));
}

Hub::~Hub() = default;

std::unique_ptr<engineio::SessionHandler> Hub::on_session(engineio::Session& session,
                                                          const net::HttpRequest& request) {
    Handshake handshake{
        .peer_address = request.peer_address,
        .authorization = SharedBytes{request.header("Authorization").value_or("")},
        .request = options_.keeps_requests ? whole(request) : nullptr,
    };
    auto client = std::make_unique<Client>(*this, session, std::move(handshake));
    client->begin();
    return client;
}

// --- Namespaces and sockets ----------------------------------------------------------------------

Namespace* Hub::find(std::string_view name) {
    const auto found = namespaces_.find(name);
    return found == namespaces_.end() ? nullptr : found->second.get();
}

Namespace* Hub::open_namespace(std::string_view name) {
    if (Namespace* nsp = find(name)) return nsp;
    if (others_ == nullptr) return nullptr;
    return &add(std::make_unique<Namespace>(*this, std::string{name}, *others_, false));
}

Namespace& Hub::add(std::unique_ptr<Namespace> nsp) {
    const std::string_view name = nsp->name();
    return *namespaces_.emplace(name, std::move(nsp)).first->second;
}

Socket& Hub::add(Client& client, Namespace& nsp) {
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
    slot.socket =
        std::make_unique<Socket>(client, nsp, SocketRef{loop_index_, index, slot.generation});
    nsp.add(*slot.socket);
    ++socket_count_;
    return *slot.socket;
}

void Hub::remove(Socket& socket) {
    Namespace& nsp = socket.nsp();
    nsp.remove(socket);
    Slot& slot = slots_[socket.ref().slot];
    loop_.reap(std::move(slot.socket));
    free_slots_.push_back(socket.ref().slot);
    --socket_count_;
    if (nsp.is_fixed() || !nsp.sockets().empty()) return;
    // Behind the socket in the list of what is freed: its last words may name the namespace.
    const auto found = namespaces_.find(nsp.name());
    loop_.reap(std::move(found->second));
    namespaces_.erase(found);
}

Socket* Hub::find(SocketRef ref) {
    if (ref.slot >= slots_.size()) return nullptr;
    const Slot& slot = slots_[ref.slot];
    return slot.generation == ref.generation ? slot.socket.get() : nullptr;
}

std::size_t Hub::room_count() const {
    std::size_t count = 0;
    for (const auto& [name, nsp] : namespaces_) count += nsp->rooms().size();
    return count;
}

// --- Selecting -----------------------------------------------------------------------------------

std::vector<Socket*> Hub::sockets_in(std::string_view nsp, std::string_view name) {
    Namespace* found = find(nsp);
    const Room* room = found == nullptr ? nullptr : found->rooms().find(name);
    if (room == nullptr) return {};
    return {room->members().begin(), room->members().end()};
}

void Hub::for_each_in(std::string_view nsp, std::string_view name,
                      const std::function<void(Socket&)>& visit) {
    settle();
    // A copy: what is visited may leave, and the room may end with it. Sockets themselves live to
    // the turn's end.
    for (Socket* socket : sockets_in(nsp, name)) {
        if (!socket->is_gone()) visit(*socket);
    }
}

void Hub::for_each(std::string_view nsp, const std::function<void(Socket&)>& visit) {
    settle();
    Namespace* found = find(nsp);
    if (found == nullptr) return;
    const std::vector<Socket*> sockets = found->sockets();
    for (Socket* socket : sockets) {
        if (!socket->is_gone()) visit(*socket);
    }
}

void Hub::for_each_selected(const Selection& selection, const std::function<void(Socket&)>& visit) {
    settle();
    std::vector<Socket*> selected;
    select(selection, selected);
    std::erase_if(selected, [](const Socket* socket) { return !socket->connected(); });
    for (Socket* socket : selected) {
        if (!socket->is_gone()) visit(*socket);
    }
}

void Hub::select(const Selection& selection, std::vector<Socket*>& selected) {
    Namespace* nsp = find(selection.nsp);
    if (nsp == nullptr) return;
    const Room* within = nullptr;
    if (!selection.within.empty()) {
        within = nsp->rooms().find(selection.within);
        if (within == nullptr) return;
    }
    const std::uint64_t mark = ++marks_;
    for (const std::string& name : selection.except) {
        // Whoever is in it counts as served.
        const Room* room = nsp->rooms().find(name);
        if (room == nullptr) continue;
        for (Socket* socket : room->members()) socket->mark = mark;
    }
    if (selection.everyone) return select_unmarked(nsp->sockets(), mark, within, selected);
    for (const std::string& name : selection.rooms) {
        const Room* room = nsp->rooms().find(name);
        if (room == nullptr) continue;
        select_unmarked(room->members(), mark, room == within ? nullptr : within, selected);
    }
}

void Hub::select_unmarked(std::span<Socket* const> sockets, std::uint64_t mark, const Room* within,
                          std::vector<Socket*>& selected) {
    for (Socket* socket : sockets) {
        if (socket->mark == mark || (within != nullptr && !socket->is_in(*within))) continue;
        socket->mark = mark;
        selected.push_back(socket);
    }
}

// --- Delivery ------------------------------------------------------------------------------------

void Hub::deliver(BroadcastPtr broadcast) {
    // Whether a volatile one can leave is judged at once.
    const bool can_wait = broadcast->delivery != Delivery::may_drop;
    waiting_.push_back(std::move(broadcast));
    if (!can_wait || waiting_.size() >= limits::broadcasts_per_delivery_max) return settle();
    loop_.produce_at_turn_end(*this);
}

void Hub::settle_waiting() {
    // A delivery may end a socket, and whoever is told of that may broadcast: for everybody that
    // comes after this one.
    if (delivery_now_ != 0) return;
    delivery_now_ = ++deliveries_;
    while (!waiting_.empty()) {
        in_hand_.swap(waiting_);
        std::span<const BroadcastPtr> left{in_hand_};
        while (!left.empty()) {
            const auto run = Run::first_of(left);
            deliver_run(run);
            left = left.subspan(run.size());
        }
        in_hand_.clear();
    }
    delivery_now_ = 0;
}

void Hub::deliver_run(std::span<const BroadcastPtr> broadcasts) {
    // All are found first: a delivery may end a socket, which changes the rooms that are walked.
    select(broadcasts.front()->to, receivers_);
    const Run run{broadcasts, receivers_.size()};
    for (Socket* socket : receivers_) socket->deliver(run);  // unless it has gone meanwhile
    receivers_.clear();
}

}  // namespace homeroom::hub
