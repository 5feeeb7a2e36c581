#include "hub/client.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "base/log.h"
#include "codec/placeholders.h"
#include "codec/socketio_msgpack.h"
#include "codec/socketio_v4.h"
#include "hub/hub.h"
#include "hub/socket.h"

namespace homeroom::hub {

namespace sio = codec::socketio;

namespace {

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

// What a name may carry with it: protocol 4 puts the query of a CONNECT behind the namespace.
constexpr std::size_t v4_namespace_bytes_max = 8 * limits::KiB;

}  // namespace

struct Client::Unfinished {
    explicit Unfinished(Client& client)
        : timer(
              [](void* self) {
                  static_cast<Client*>(self)->invalid("attachments that did not come in time",
                                                      Limit::attachment_time);
              },
              &client) {}

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
      connect_timer_(std::make_unique<net::Timer>(
          [](void* self) {
              auto* client = static_cast<Client*>(self);
              client->hub_.options().count(Limit::unjoined_time);
              client->close(engineio::CloseReason::forced_server_close);
          },
          this)) {
    hub_.loop().start(*connect_timer_, hub_.options().connect_timeout);
    session_.set_message_bytes_max(
        std::min(session_.message_bytes_max(), hub_.options().unjoined_message_bytes_max));
}

Client::~Client() = default;

void Client::begin() {
    if (is_v4()) on_connect("/", {});
}

// --- Messages become packets ---------------------------------------------------------------------

sio::DecodeLimits Client::decode_limits() const {
    const HubOptions& options = hub_.options();
    return {
        .attachments_max = options.attachments_max,
        .json_depth_max = options.json_depth_max,
        .json_values_max = options.json_values_max,
        .namespace_bytes_max = is_v4() ? v4_namespace_bytes_max : limits::namespace_name_bytes_max};
}

void Client::on_message(std::string_view data, bool binary) {
    if (closed_) return;
    if (hub_.options().parser == Parser::msgpack) {
        return binary ? on_msgpack(data) : invalid("a text message, where packets are binary");
    }
    return binary ? on_attachment(data) : on_text(data);
}

void Client::on_text(std::string_view data) {
    if (unfinished_ != nullptr) return invalid("a packet where an attachment was due");
    const auto packet = sio::decode(data, decode_limits());
    if (!packet.ok()) return invalid(packet.error());
    if (packet->attachments > 0) {
        unfinished_ = std::make_unique<Unfinished>(*this);
        unfinished_->text = data;
        unfinished_->awaited = packet->attachments;
        hub_.loop().start(unfinished_->timer, hub_.options().attachments_wait);
        return;
    }
    on_packet(*packet, {});
}

void Client::on_attachment(std::string_view data) {
    if (unfinished_ == nullptr) return invalid("an attachment without a packet");
    unfinished_->bytes += data.size();
    if (unfinished_->bytes > hub_.options().attachment_bytes_max)
        return invalid("attachments that are too large", Limit::attachment_bytes);
    unfinished_->attachments.emplace_back(data);
    if (unfinished_->attachments.size() < unfinished_->awaited) return;
    const auto whole = std::exchange(unfinished_, nullptr);
    const auto packet = sio::decode(whole->text, decode_limits());
    if (!packet.ok()) return;  // it was valid when it came
    // Whoever puts it together has a copy for each place.
    if (sio::placed_bytes(packet->payload, whole->attachments) >
        hub_.options().attachment_bytes_max)
        return invalid("attachments that are too large", Limit::attachment_bytes);
    on_packet(*packet, whole->attachments);
}

void Client::on_msgpack(std::string_view data) {
    const auto packet = sio::decode_msgpack(data, decode_limits());
    if (!packet.ok()) return invalid(packet.error());
    on_packet(sio::view_of(*packet), packet->attachments);
}

// --- Packets -------------------------------------------------------------------------------------

void Client::on_packet(const sio::Packet& packet, std::span<const std::string> attachments) {
    if (packet.type == sio::PacketType::connect) return on_connect(packet.nsp, packet.payload);
    if (packet.type == sio::PacketType::connect_error) return violation();
    Socket* socket = find(packet.nsp);
    if (socket == nullptr || !socket->connected()) {
        // What was on its way when the namespace was left is no crime.
        if (socket == nullptr && has_left(packet.nsp)) return;
        return violation();
    }
    switch (packet.type) {
        case sio::PacketType::event:
        case sio::PacketType::binary_event: return on_event(*socket, packet, attachments);
        case sio::PacketType::ack:
        case sio::PacketType::binary_ack:
            if (packet.id) socket->on_ack(*packet.id, packet.arguments, attachments);
            return;
        case sio::PacketType::disconnect:
            forget(*socket);
            socket->gone(DisconnectReason::client_namespace_disconnect);
            return;
        case sio::PacketType::connect:
        case sio::PacketType::connect_error: return;  // dealt with above
    }
}

void Client::on_event(Socket& socket, const sio::Packet& packet,
                      std::span<const std::string> attachments) {
    if (packet.arguments.empty()) return;
    session_.hint(net::PrefetchHints::Of::socket, &socket);
    if (const SocketData* const data = socket.data())
        session_.hint(net::PrefetchHints::Of::socket_data, data->touched());
    const std::string name = sio::event_name(packet.arguments.front());
    socket.handler().on_event(socket, {.name = name,
                                       .arguments = std::span{packet.arguments}.subspan(1),
                                       .attachments = attachments,
                                       .ack_id = packet.id});
}

void Client::on_connect(std::string_view nsp, std::string_view auth) {
    if (!is_v4()) return connect(nsp, auth);
    const auto [name, query] = sio::split_query(nsp);
    if (name.size() > limits::namespace_name_bytes_max)
        return invalid("the namespace's name is too long", Limit::namespaces);
    // Asked for or not, "/" is joined already.
    if (name == "/" && find(name) != nullptr) return;
    const std::string query_object = query.empty() ? std::string{} : sio::query_to_json(query);
    connect(name, query_object);
}

void Client::connect(std::string_view name, std::string_view auth) {
    if (find(name) != nullptr) return violation();
    if (sockets_.size() == hub_.options().namespaces_per_connection_max) {
        hub_.options().count(Limit::namespaces);
        return violation();
    }
    Namespace* nsp = hub_.open_namespace(name);
    if (nsp == nullptr) {
        return send(hub_.encoder().connect_error(name, "Invalid namespace", {}), Delivery::vital);
    }
    Socket& socket = hub_.add(*this, *nsp);
    sockets_.push_back(&socket);
    if (left_ != nullptr) std::erase(*left_, name);
    if (is_v4()) {
        // What its client will take for the id: it is told none.
        socket.take_id(name == "/" ? session_.id()
                                   : std::string{name} + "#" + std::string{session_.id()});
    }
    socket.handler().on_connect(socket, auth);
}

void Client::joined_namespace() {
    connect_timer_.reset();
    session_.lift_message_limit();
}

void Client::forget(Socket& socket) {
    // Not there when its connection has ended: then all are told, one by one.
    const auto found = std::ranges::find(sockets_, &socket);
    if (found != sockets_.end()) sockets_.erase(found);
    if (!socket.connected()) return;
    if (left_ == nullptr) left_ = std::make_unique<std::vector<std::string>>();
    if (left_->size() == hub_.options().namespaces_per_connection_max) left_->erase(left_->begin());
    left_->push_back(socket.nsp().name());
}

bool Client::has_left(std::string_view nsp) const {
    return left_ != nullptr && std::ranges::find(*left_, nsp) != left_->end();
}

Socket* Client::find(std::string_view nsp) const {
    const auto found = std::ranges::find_if(
        sockets_, [&](const Socket* socket) { return socket->nsp().name() == nsp; });
    return found == sockets_.end() ? nullptr : *found;
}

// --- The end -------------------------------------------------------------------------------------

void Client::invalid(const Error& error) {
    std::optional<Limit> limit;
    if (error.code == Code::too_large)
        limit = error.field == "attachments" ? Limit::attachments
                : error.field == "namespace" ? Limit::namespaces
                                             : Limit::json;
    invalid(error.message, limit);
}

void Client::invalid(std::string_view words, std::optional<Limit> limit) {
    log::debug("packet refused: {}", words);
    if (limit) hub_.options().count(*limit);
    for (Socket* socket : sockets()) {
        if (!socket->is_gone()) socket->handler().on_invalid_packet(*socket, words);
    }
    close(engineio::CloseReason::forced_close);
}

void Client::violation() {
    close(engineio::CloseReason::forced_server_close);
}

void Client::disconnect_all() {
    // All of them first: what is sent to one may end the connection.
    for (Socket* socket : sockets_) socket->dismiss();
    for (Socket* socket : sockets()) socket->disconnect();
    close(engineio::CloseReason::forced_server_close);
}

void Client::on_ending() {
    hub_.settle();
}

void Client::on_close(engineio::CloseReason reason) {
    closed_ = true;
    if (connect_timer_ != nullptr) connect_timer_->stop();  // not freed: it may be what ends us
    unfinished_.reset();
    const std::vector<Socket*> sockets = this->sockets();
    sockets_.clear();
    for (Socket* socket : sockets) socket->gone(disconnect_reason(reason));
}

}  // namespace homeroom::hub
