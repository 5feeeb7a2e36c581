#include "socketio/socket.h"

#include <algorithm>
#include <utility>

#include "base/ids.h"
#include "base/limits.h"
#include "base/log.h"
#include "codec/socketio.h"
#include "socketio/client.h"
#include "socketio/hub.h"

namespace homeroom::socketio {

namespace sio = codec::socketio;

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

Socket::Socket(Hub& hub, Client& client, NamespaceHandler& handler, std::string nsp, SocketRef ref)
    : hub_(hub),
      client_(&client),
      handler_(handler),
      nsp_(std::move(nsp)),
      id_(random_id20()),
      ref_(ref) {}

Socket::~Socket() = default;

const Handshake& Socket::handshake() const {
    static const Handshake none{};
    return client_ == nullptr ? none : client_->handshake();
}

void Socket::accept(std::string_view private_id) {
    if (state_ != State::connecting) return;
    state_ = State::connected;
    client_->joined_namespace();
    join(id_);
    client_->send(Frame::text(sio::encode_connect(nsp_, id_, private_id)));
}

void Socket::refuse(std::string_view message, std::string_view data_json) {
    if (state_ != State::connecting) return;
    // Off its client first: the answer may be one too many for the send queue, which ends the whole
    // connection.
    Client& client = *std::exchange(client_, nullptr);
    client.forget(*this);
    state_ = State::gone;
    leave_all();
    hub_.remove(*this);
    client.send(Frame::text(sio::encode_connect_error(nsp_, message, data_json)));
}

// --- Rooms ---------------------------------------------------------------------------------------

void Socket::join(std::string_view room) {
    if (state_ != State::gone) hub_.rooms().join(*this, room);
}

void Socket::leave(std::string_view room) {
    if (Room* found = hub_.rooms().find(nsp_, room)) hub_.rooms().leave(*this, *found);
}

bool Socket::is_in(std::string_view room) const {
    const Room* found = hub_.rooms().find(nsp_, room);
    return found != nullptr && is_in(*found);
}

bool Socket::is_in(const Room& room) const {
    return std::ranges::find(memberships_, &room, &Membership::room) != memberships_.end();
}

std::vector<std::string> Socket::rooms() const {
    std::vector<std::string> names;
    names.reserve(memberships_.size());
    for (const Membership& membership : memberships_)
        names.push_back(membership.room->name().substr(nsp_.size() + 1));
    return names;
}

Socket::Membership* Socket::membership(const Room& room) {
    const auto found = std::ranges::find(memberships_, &room, &Membership::room);
    return found == memberships_.end() ? nullptr : &*found;
}

void Socket::leave_all() {
    while (!memberships_.empty()) hub_.rooms().leave(*this, *memberships_.back().room);
}

// --- Sending -------------------------------------------------------------------------------------

void Socket::send(const Frame& frame, Delivery delivery) {
    if (client_ != nullptr) client_->send(frame, delivery);
}

void Socket::emit(std::string_view event, std::span<const std::string_view> arguments,
                  Delivery delivery) {
    send(Frame::text(sio::encode_event(nsp_, event, arguments)), delivery);
}

void Socket::emit_with_ack(std::string_view event, std::span<const std::string_view> arguments,
                           std::chrono::milliseconds timeout, AckCallback callback) {
    if (client_ == nullptr ||
        (acks_ != nullptr && acks_->size() >= limits::acks_pending_per_socket_max)) {
        callback(std::nullopt);
        return;
    }
    if (acks_ == nullptr)
        acks_ = std::make_unique<std::unordered_map<std::uint64_t, std::unique_ptr<PendingAck>>>();
    // Clients parse ids as 32-bit signed integers.
    const std::uint64_t id = next_ack_id_++ & 0x7FFF'FFFFU;
    auto pending = std::make_unique<PendingAck>(*this, id, std::move(callback));
    hub_.loop().start(pending->timer, timeout);
    (*acks_)[id] = std::move(pending);
    send(Frame::text(sio::encode_event(nsp_, event, arguments, id)));
}

void Socket::emit_binary(std::string_view event, std::span<const std::string_view> arguments,
                         std::span<const std::string> attachments) {
    send(Frame::text(sio::encode_event(nsp_, event, arguments, std::nullopt, attachments.size())));
    for (const std::string& attachment : attachments) send(Frame::binary(attachment));
}

void Socket::answer(std::uint64_t ack_id, std::span<const std::string_view> arguments,
                    std::span<const std::string> attachments) {
    if (state_ != State::connected) return;
    send(Frame::text(sio::encode_ack(nsp_, ack_id, arguments, attachments.size())));
    for (const std::string& attachment : attachments) send(Frame::binary(attachment));
}

void Socket::on_ack(std::uint64_t id, std::span<const std::string_view> arguments) {
    finish_ack(id, std::vector<std::string>(arguments.begin(), arguments.end()));
}

void Socket::finish_ack(std::uint64_t id, std::optional<std::vector<std::string>> arguments) {
    if (acks_ == nullptr) return;
    auto node = acks_->extract(id);
    if (node.empty()) return;  // late or made up: silently ignored
    node.mapped()->callback(std::move(arguments));
}

// --- Order of durable broadcasts -----------------------------------------------------------------

void Socket::hold(std::size_t bytes_max) {
    if (held_ == nullptr) held_ = std::make_unique<Held>(Held{.bytes_max = bytes_max});
}

void Socket::release() {
    if (held_ == nullptr) return;
    const auto held = std::exchange(held_, nullptr);
    for (const Broadcast& broadcast : held->broadcasts) {
        if (client_ == nullptr) return;
        // It may have been taken out of the room while it waited.
        if (!is_meant(broadcast)) continue;
        if (broadcast.seq != 0 && broadcast.seq <= floor_) continue;
        if (broadcast.seq != 0) floor_ = broadcast.seq;
        client_->send(broadcast.frame);
    }
}

bool Socket::is_meant(const Broadcast& broadcast) const {
    if (!broadcast.within.empty() && !is_in(broadcast.within)) return false;
    return std::ranges::any_of(broadcast.rooms,
                               [this](const std::string& room) { return is_in(room); });
}

void Socket::deliver(const Broadcast& broadcast) {
    if (state_ == State::gone) return;
    if (held_ != nullptr) {
        if (broadcast.delivery == Delivery::may_drop) return;
        held_->bytes += broadcast.frame.size();
        if (held_->broadcasts.size() == limits::replay_held_events_max ||
            held_->bytes > held_->bytes_max) {
            drop_transport();  // it comes back and catches up from where it is then
            return;
        }
        held_->broadcasts.push_back(broadcast);
        return;
    }
    if (state_ != State::connected) return;
    if (broadcast.seq != 0) {
        if (broadcast.seq <= floor_) return;
        floor_ = broadcast.seq;
    }
    client_->send(broadcast.frame, broadcast.delivery);
}

// --- Leaving -------------------------------------------------------------------------------------

void Socket::disconnect(bool close_transport) {
    if (state_ == State::gone) return;
    Client* client = client_;
    if (state_ == State::connected) client->send(Frame::text(sio::encode_disconnect(nsp_)));
    client->forget(*this);
    gone(DisconnectReason::server_namespace_disconnect);
    if (close_transport) client->close(engineio::CloseReason::forced_server_close);
}

void Socket::drop_transport() {
    if (client_ != nullptr) client_->close(engineio::CloseReason::forced_close);
}

void Socket::gone(DisconnectReason reason) {
    if (state_ == State::gone) return;
    handler_.on_disconnect(*this, reason);
    state_ = State::gone;
    leave_all();
    client_ = nullptr;
    held_.reset();
    if (auto acks = std::exchange(acks_, nullptr)) {
        for (auto& [id, pending] : *acks) pending->callback(std::nullopt);
    }
    hub_.remove(*this);
}

}  // namespace homeroom::socketio
