#include "socketio/client.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "base/log.h"
#include "socketio/hub.h"
#include "socketio/socket.h"

namespace homeroom::socketio {

namespace sio = codec::socketio;

namespace {

constexpr sio::DecodeLimits decode_limits{
    .attachments_max = limits::attachments_max,
    .json_depth_max = limits::json_depth_max,
    .json_values_max = limits::json_values_max,
    .namespace_bytes_max = limits::namespace_name_bytes_max,
};

DisconnectReason disconnect_reason(engineio::CloseReason reason) {
    switch (reason) {
        case engineio::CloseReason::transport_close: return DisconnectReason::transport_close;
        case engineio::CloseReason::transport_error: return DisconnectReason::transport_error;
        case engineio::CloseReason::ping_timeout: return DisconnectReason::ping_timeout;
        case engineio::CloseReason::parse_error: return DisconnectReason::parse_error;
        case engineio::CloseReason::forced_close: return DisconnectReason::forced_close;
        case engineio::CloseReason::forced_server_close:
            return DisconnectReason::forced_server_close;
        case engineio::CloseReason::server_shutting_down:
            return DisconnectReason::server_shutting_down;
        case engineio::CloseReason::too_slow: return DisconnectReason::too_slow;
    }
    return DisconnectReason::transport_error;
}

}  // namespace

struct Client::Unfinished {
    explicit Unfinished(Client& client)
        : timer([](void* self) { static_cast<Client*>(self)->violation(); }, &client) {}

    std::string text{};
    std::size_t awaited = 0;
    std::size_t bytes = 0;
    std::vector<std::string> attachments{};
    net::Timer timer;
};

Client::Client(Hub& hub, engineio::Session& session, Handshake handshake)
    : hub_(hub),
      session_(session),
      handshake_(std::move(handshake)),
      connect_timer_(
          [](void* self) {
              static_cast<Client*>(self)->close(engineio::CloseReason::forced_server_close);
          },
          this) {
    hub_.loop().start(connect_timer_, hub_.options().connect_timeout);
}

Client::~Client() = default;

void Client::on_message(std::string_view data, bool binary) {
    if (closed_) return;
    if (binary) {
        if (unfinished_ == nullptr) return violation();
        unfinished_->bytes += data.size();
        if (unfinished_->bytes > limits::attachment_bytes_max) return violation();
        unfinished_->attachments.emplace_back(data);
        if (unfinished_->attachments.size() < unfinished_->awaited) return;
        const auto whole = std::exchange(unfinished_, nullptr);
        auto packet = sio::decode(whole->text, decode_limits);
        if (packet.ok()) on_packet(*packet, std::move(whole->attachments));
        return;
    }
    if (unfinished_ != nullptr) return violation();
    auto packet = sio::decode(data, decode_limits);
    if (!packet.ok()) {
        log::debug("packet refused: {}", packet.error().message);
        return violation();
    }
    if (packet->attachments > 0) {
        unfinished_ = std::make_unique<Unfinished>(*this);
        unfinished_->text = data;
        unfinished_->awaited = packet->attachments;
        hub_.loop().start(unfinished_->timer, limits::attachments_wait);
        return;
    }
    on_packet(*packet, {});
}

void Client::on_packet(const sio::Packet& packet, std::vector<std::string> attachments) {
    if (packet.type == sio::PacketType::connect) return on_connect(packet);
    if (packet.type == sio::PacketType::connect_error) return violation();
    Socket* socket = find(packet.nsp);
    if (socket == nullptr || !socket->connected()) {
        // What was on its way when the namespace was left is no crime.
        if (socket == nullptr && std::ranges::find(left_, packet.nsp) != left_.end()) return;
        return violation();
    }
    switch (packet.type) {
        case sio::PacketType::event:
        case sio::PacketType::binary_event: {
            if (packet.arguments.empty()) return;
            const std::string name = sio::event_name(packet);
            socket->handler().on_event(*socket,
                                       {.name = name,
                                        .arguments = std::span{packet.arguments}.subspan(1),
                                        .attachments = attachments,
                                        .ack_id = packet.id});
            return;
        }
        case sio::PacketType::ack:
        case sio::PacketType::binary_ack:
            if (packet.id) socket->on_ack(*packet.id, packet.arguments);
            return;
        case sio::PacketType::disconnect:
            forget(*socket);
            socket->gone(DisconnectReason::client_namespace_disconnect);
            return;
        case sio::PacketType::connect:
        case sio::PacketType::connect_error: return;  // dealt with above
    }
}

void Client::on_connect(const sio::Packet& packet) {
    if (find(packet.nsp) != nullptr) return violation();
    NamespaceHandler* handler = hub_.handler_of(packet.nsp);
    if (handler == nullptr) {
        send(Frame::text(sio::encode_connect_error(packet.nsp, "Invalid namespace", {})));
        return;
    }
    if (sockets_.size() == limits::namespaces_per_connection_max) return violation();
    Socket& socket = hub_.add(*this, *handler, std::string{packet.nsp});
    sockets_.push_back(&socket);
    std::erase(left_, packet.nsp);
    handler->on_connect(socket, packet.payload);
}

void Client::joined_namespace() {
    connect_timer_.stop();
}

void Client::forget(Socket& socket) {
    std::erase(sockets_, &socket);
    if (socket.connected()) left_.push_back(socket.nsp());
}

Socket* Client::find(std::string_view nsp) const {
    const auto found =
        std::ranges::find_if(sockets_, [&](const Socket* socket) { return socket->nsp() == nsp; });
    return found == sockets_.end() ? nullptr : *found;
}

void Client::violation() {
    session_.close(engineio::CloseReason::forced_close);
}

void Client::on_close(engineio::CloseReason reason) {
    closed_ = true;
    connect_timer_.stop();
    unfinished_.reset();
    for (Socket* socket : std::exchange(sockets_, {})) socket->gone(disconnect_reason(reason));
}

}  // namespace homeroom::socketio
