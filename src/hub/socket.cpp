#include "hub/socket.h"

#include <algorithm>
#include <utility>

#include "base/ids.h"
#include "base/limits.h"
#include "base/log.h"
#include "hub/client.h"
#include "hub/hub.h"
#include "hub/run.h"

namespace homeroom::hub {

std::string_view to_string(DisconnectReason reason) {
    switch (reason) {
        case DisconnectReason::client_namespace_disconnect: return "client namespace disconnect";
        case DisconnectReason::server_namespace_disconnect: return "server namespace disconnect";
        case DisconnectReason::server_shutting_down: return "server shutting down";
        case DisconnectReason::ping_timeout: return "ping timeout";
        case DisconnectReason::transport_close: return "transport close";
        case DisconnectReason::transport_error: return "transport error";
        case DisconnectReason::parse_error: return "parse error";
        case DisconnectReason::forced_close: return "forced close";
        case DisconnectReason::forced_server_close: return "forced server close";
        case DisconnectReason::too_slow: return "too slow";
    }
    return "unknown";
}

struct Socket::PendingAck {
    PendingAck(Socket& owner, std::uint64_t ack_id, AckCallback ack_callback)
        : socket(owner), id(ack_id), callback(std::move(ack_callback)), timer(on_timeout, this) {}

    static void on_timeout(void* self) {
        auto* pending = static_cast<PendingAck*>(self);
        pending->socket.finish_ack(pending->id, std::nullopt);
    }

    Socket& socket;
    std::uint64_t id;
    AckCallback callback;
    net::Timer timer;
};

Socket::Socket(Client& client, Namespace& nsp, SocketRef ref)
    : client_(&client), nsp_(nsp), handler_(&nsp.handler()), id_(random_id20()), ref_(ref) {
    // There is one for each connection: a word more would be two for the allocator.
    static_assert(sizeof(Socket) <= 152);
}

Socket::~Socket() = default;

Hub& Socket::hub() const {
    return nsp_.hub();
}

const Handshake& Socket::handshake() const {
    static const Handshake none{};
    return client_ == nullptr ? none : client_->handshake();
}

const engineio::Session* Socket::session() const {
    return client_ == nullptr ? nullptr : &client_->session();
}

void Socket::hand_over(NamespaceHandler& handler, std::string_view auth) {
    if (state_ != State::connecting) return;
    handler_ = &handler;
    handler.on_connect(*this, auth);
}

void Socket::accept(std::string_view private_id) {
    hub().settle();
    if (state_ != State::connecting) return;
    state_ = State::connected;
    client_->joined_namespace();
    join(id());
    client_->send(client_->is_v4() ? connect_v4(nsp_.name())
                                   : hub().encoder().connect(nsp_.name(), id(), private_id),
                  Delivery::vital);
}

void Socket::refuse(std::string_view message, std::string_view data_json) {
    hub().settle();
    if (state_ != State::connecting) return;
    // Off its client first: the answer may be one too many for the send queue, which ends the whole
    // connection.
    Client& client = *std::exchange(client_, nullptr);
    client.forget(*this);
    state_ = State::gone;
    leave_all();
    hub().remove(*this);
    client.send(client.is_v4() ? connect_error_v4(nsp_.name(), message, data_json)
                               : hub().encoder().connect_error(nsp_.name(), message, data_json),
                Delivery::vital);
}

// --- Rooms ---------------------------------------------------------------------------------------

void Socket::join(std::string_view room) {
    hub().settle();
    if (!is_gone()) nsp_.rooms().join(*this, room);
}

void Socket::join(std::span<const std::string> rooms) {
    memberships_.reserve(memberships_.size() + rooms.size() + 1);  // its own comes with accept()
    for (const std::string& room : rooms) join(std::string_view{room});
}

void Socket::leave(std::string_view room) {
    hub().settle();
    if (Room* found = nsp_.rooms().find(room)) nsp_.rooms().leave(*this, *found);
}

// Not settled first: those who wait for a broadcast are found when its turn comes, without this
// one.
void Socket::expel(std::string_view room) {
    if (Room* found = nsp_.rooms().find(room)) nsp_.rooms().leave(*this, *found);
}

bool Socket::is_in(std::string_view room) const {
    const Room* found = nsp_.rooms().find(room);
    return found != nullptr && is_in(*found);
}

bool Socket::is_in(const Room& room) const {
    return std::ranges::find(memberships_, &room, &Membership::room) != memberships_.end();
}

std::vector<std::string> Socket::rooms() const {
    std::vector<std::string> names;
    names.reserve(memberships_.size());
    for (const Membership& membership : memberships_) names.emplace_back(membership.room->name());
    return names;
}

Socket::Membership* Socket::membership(const Room& room) {
    const auto found = std::ranges::find(memberships_, &room, &Membership::room);
    return found == memberships_.end() ? nullptr : &*found;
}

void Socket::leave_all() {
    while (!memberships_.empty()) nsp_.rooms().leave(*this, *memberships_.back().room);
}

// --- Sending -------------------------------------------------------------------------------------

void Socket::send(const Message& message, Delivery delivery) {
    hub().settle();
    if (!is_gone()) client_->send(message, delivery);
}

void Socket::emit(std::string_view event, std::span<const std::string_view> arguments,
                  const EmitOptions& options) {
    send(hub().encoder().event(nsp_.name(), event, arguments,
                               {.attachments = options.attachments, .compress = options.compress}),
         options.delivery);
}

void Socket::emit_with_ack(std::string_view event, std::span<const std::string_view> arguments,
                           const EmitOptions& options,
                           std::optional<std::chrono::milliseconds> timeout, AckCallback callback) {
    const bool too_many =
        acks_ != nullptr && acks_->size() >= hub().options().acks_pending_per_socket_max;
    if (too_many) hub().options().count(Limit::pending_acks);
    if (client_ == nullptr || too_many) {
        callback(std::nullopt);
        return;
    }
    if (acks_ == nullptr)
        acks_ = std::make_unique<std::unordered_map<std::uint64_t, std::unique_ptr<PendingAck>>>();
    const std::uint64_t id = next_ack_id_++ & BroadcastAcks::id_mask;
    auto pending = std::make_unique<PendingAck>(*this, id, std::move(callback));
    if (timeout) hub().loop().start(pending->timer, *timeout);
    (*acks_)[id] = std::move(pending);
    send(hub().encoder().event(
             nsp_.name(), event, arguments,
             {.ack_id = id, .attachments = options.attachments, .compress = options.compress}),
         options.delivery == Delivery::may_drop ? Delivery::may_drop : Delivery::vital);
}

void Socket::answer(std::uint64_t ack_id, std::span<const std::string_view> arguments,
                    std::span<const std::string> attachments) {
    if (state_ != State::connected) return;
    send(hub().encoder().ack(nsp_.name(), ack_id, arguments, attachments), Delivery::vital);
}

void Socket::on_ack(std::uint64_t id, std::span<const std::string_view> arguments,
                    std::span<const std::string> attachments) {
    Arguments answer{.json = {arguments.begin(), arguments.end()},
                     .attachments = {attachments.begin(), attachments.end()}};
    if (id >= BroadcastAcks::first_id) {
        hub().broadcast_acks().on_ack(id, *this, std::move(answer));
    } else {
        finish_ack(id, std::move(answer));
    }
}

void Socket::finish_ack(std::uint64_t id, std::optional<Arguments> answer) {
    if (acks_ == nullptr) return;
    auto node = acks_->extract(id);
    if (node.empty()) return;  // late or made up: silently ignored
    node.mapped()->callback(std::move(answer));
}

// --- Order of durable broadcasts -----------------------------------------------------------------

void Socket::set_floor(std::uint64_t seq) {
    hub().settle();
    floor_ = seq;
}

void Socket::hold(std::size_t bytes_max) {
    hub().settle();
    if (held_ == nullptr) held_ = std::make_unique<Held>(Held{.bytes_max = bytes_max});
}

void Socket::release() {
    hub().settle();
    if (held_ == nullptr) return;
    const auto held = std::exchange(held_, nullptr);
    const auto here = [this](const std::string& room) { return is_in(room); };
    for (const BroadcastPtr& broadcast : held->broadcasts) {
        if (is_gone()) return;
        // It may have been taken out of the room while it waited.
        if (!is_meant(broadcast->to, here)) continue;
        if (broadcast->seq != 0 && broadcast->seq <= floor_) continue;
        if (broadcast->seq != 0) floor_ = broadcast->seq;
        client_->send(broadcast->message);
    }
}

void Socket::deliver(const Run& run) {
    // By far the most: one who is there, and behind. The whole run or none of it.
    if (state_ == State::connected && held_ == nullptr && !run.joined().empty() &&
        (run.first_seq() == 0 || floor_ < run.first_seq()) && client_->send_joined(run.joined())) {
        floor_ = std::max(floor_, run.last_seq());
        return;
    }
    for (const BroadcastPtr& broadcast : run.broadcasts()) deliver(broadcast);
}

void Socket::deliver(const BroadcastPtr& shared) {
    if (is_gone()) return;
    const Broadcast& broadcast = *shared;
    if (held_ != nullptr) {
        if (broadcast.delivery == Delivery::may_drop) return;
        held_->bytes += broadcast.message.size();
        if (held_->broadcasts.size() == limits::replay_held_events_max ||
            held_->bytes > held_->bytes_max) {
            drop_transport();  // it comes back and catches up from where it is then
            return;
        }
        held_->broadcasts.push_back(shared);
        return;
    }
    if (state_ != State::connected) return;
    if (broadcast.seq != 0) {
        if (broadcast.seq <= floor_) return;
        floor_ = broadcast.seq;
    }
    client_->send(broadcast.message, broadcast.delivery);
}

// --- Leaving -------------------------------------------------------------------------------------

void Socket::disconnect(bool close_transport) {
    hub().settle();
    if (is_gone()) return;
    Client* client = client_;
    if (close_transport) return client->disconnect_all();
    dismiss();
    if (state_ == State::connected)
        client->send(hub().encoder().disconnect(nsp_.name()), Delivery::vital);
    if (is_gone()) return;  // that was one too many for its connection
    client->forget(*this);
    gone(DisconnectReason::server_namespace_disconnect);
}

void Socket::drop_transport() {
    hub().settle();
    if (client_ != nullptr) client_->close(engineio::CloseReason::forced_close);
}

bool Socket::drop_unread() {
    if (client_ == nullptr || !client_->session().is_behind()) return false;
    client_->cut_off();
    return true;
}

void Socket::gone(DisconnectReason reason) {
    if (is_gone()) return;
    hub().settle();
    if (is_gone()) return;  // for what was sent to it
    if (dismissed_) reason = DisconnectReason::server_namespace_disconnect;
    state_ = State::leaving;
    handler_->on_disconnect(*this, reason);
    state_ = State::gone;
    leave_all();
    client_ = nullptr;
    held_.reset();
    if (auto acks = std::exchange(acks_, nullptr)) {
        for (auto& [id, pending] : *acks) pending->callback(std::nullopt);
    }
    hub().broadcast_acks().on_gone(*this);
    hub().remove(*this);
    handler_->on_left(*this, reason);
}

}  // namespace homeroom::hub
