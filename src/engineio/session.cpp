#include "engineio/session.h"

#include <utility>

#include "base/base64.h"
#include "engineio/server.h"

namespace homeroom::engineio {

namespace eio = codec::engineio;

namespace {

constexpr std::string_view packet_close = "1";
constexpr std::string_view packet_noop = "6";

net::HttpResponse plain(int status, std::string body) {
    auto response = net::HttpResponse::text(status, "text/plain; charset=UTF-8", std::move(body));
    response.headers.push_back({"cache-control", "no-store"});
    return response;
}

}  // namespace

std::string_view to_string(CloseReason reason) {
    switch (reason) {
        case CloseReason::transport_close: return "transport close";
        case CloseReason::transport_error: return "transport error";
        case CloseReason::ping_timeout: return "ping timeout";
        case CloseReason::parse_error: return "parse error";
        case CloseReason::forced_close: return "forced close";
        case CloseReason::forced_server_close: return "forced server close";
        case CloseReason::server_shutting_down: return "server shutting down";
        case CloseReason::too_slow: return "too slow";
    }
    return "unknown";
}

// What only a polling session has.
struct Session::Polling final : net::Reapable, net::Flushable {
    explicit Polling(Session& owner) : session(&owner) {}
    void flush() override {
        if (session != nullptr) session->flush_polling();
    }

    Session* session;  // nullptr once the session polls no more
    std::deque<Frame> queue{};
    std::size_t queued_bytes = 0;
    std::shared_ptr<net::HttpExchange> get{};  // the pending one
};

// A WebSocket that wants to become the transport.
struct Session::Candidate {
    Candidate(Session& session, net::WebSocket& candidate)
        : socket(candidate),
          timeout([](void* self) { static_cast<Session*>(self)->drop_candidate(); }, &session) {}

    net::WebSocket& socket;
    net::Timer timeout;
    bool probed = false;
    bool text_only = false;
};

Session::Session(Server& server, std::string id)
    : server_(server),
      id_(std::move(id)),
      heartbeat_([](void* self) { static_cast<Session*>(self)->on_heartbeat_timer(); }, this) {}

Session::~Session() = default;

net::EventLoop& Session::loop() {
    return server_.loop();
}

// --- Opening -------------------------------------------------------------------------------------

void Session::open_by_polling(net::HttpExchange& exchange, std::string_view open_packet) {
    polling_ = std::make_unique<Polling>(*this);
    auto response = plain(200, std::string{open_packet});
    for (auto& header : net::cors_headers(server_.options().cors, exchange.request())) {
        response.headers.push_back(std::move(header));
    }
    exchange.respond(response);
    start_ping_interval();
}

void Session::open_by_websocket(net::HttpExchange& exchange,
                                const std::vector<net::HttpHeader>& headers,
                                std::string_view open_packet, bool text_only) {
    text_only_ = text_only;
    websocket_ = &net::WebSocket::accept(exchange, headers, server_.websocket_limits(), *this);
    websocket_->send_text(open_packet);
    start_ping_interval();
}

// --- Sending -------------------------------------------------------------------------------------

Sent Session::send(const Frame& frame, Delivery delivery) {
    if (state_ != State::open) return Sent::closed;
    if (websocket_ != nullptr) {
        if (delivery == Delivery::may_drop && websocket_->queued_bytes() > 0)
            return Sent::dropped_volatile;
        if (websocket_->queued_bytes() + frame.size() > server_.options().send_queue_bytes_max) {
            fail(CloseReason::too_slow);
            return Sent::closed;
        }
        send_on_websocket(frame);
        return Sent::queued;
    }
    Polling& polling = *polling_;
    const bool writable = polling.get != nullptr && polling.queue.empty();
    if (delivery == Delivery::may_drop && !writable) return Sent::dropped_volatile;
    if (polling.queued_bytes + frame.size() > server_.options().send_queue_bytes_max) {
        fail(CloseReason::too_slow);
        return Sent::closed;
    }
    polling.queue.push_back(frame);
    polling.queued_bytes += frame.size();
    if (polling.get != nullptr) loop().flush_at_turn_end(polling);
    return Sent::queued;
}

void Session::send_on_websocket(const Frame& frame) {
    if (frame.is_binary() && text_only_) {
        websocket_->send_text(frame.as_text());
    } else {
        websocket_->send_frame(frame.websocket());
    }
}

void Session::flush_polling() {
    if (polling_ == nullptr || polling_->get == nullptr || polling_->queue.empty()) return;
    answer_get(take_payload(limits::polling_packets_max));
}

std::string Session::take_payload(std::size_t packets_max) {
    std::string payload;
    for (std::size_t i = 0; i < packets_max && !polling_->queue.empty(); ++i) {
        const Frame& frame = polling_->queue.front();
        if (!payload.empty()) payload += eio::record_separator;
        payload += frame.as_text();
        polling_->queued_bytes -= frame.size();
        polling_->queue.pop_front();
    }
    return payload;
}

std::shared_ptr<net::HttpExchange> Session::take_get() {
    if (polling_ == nullptr || polling_->get == nullptr) return nullptr;
    auto poll = std::exchange(polling_->get, nullptr);
    poll->when_gone({});  // the session may be over before it is answered
    return poll;
}

void Session::answer_get(std::string_view body) {
    if (const auto poll = take_get()) answer(*poll, body);
}

void Session::answer(net::HttpExchange& poll, std::string_view body) {
    auto response = plain(200, std::string{body});
    for (auto& header : net::cors_headers(server_.options().cors, poll.request())) {
        response.headers.push_back(std::move(header));
    }
    poll.respond(response);
}

// --- Polling -------------------------------------------------------------------------------------

void Session::on_get(std::shared_ptr<net::HttpExchange> exchange) {
    if (state_ == State::closing) {
        // The close never comes with what was said before it: a client forgets the rest of a
        // payload that holds one.
        if (!polling_->queue.empty())
            return answer(*exchange, take_payload(limits::polling_packets_max));
        // Node's own words for a session that was closed between two polls: a noop, then the close.
        end(CloseReason::forced_close);
        answer(*exchange,
               std::string{packet_noop}.append(1, eio::record_separator).append(packet_close));
        return;
    }
    if (polling_->get != nullptr) {
        exchange->respond(plain(400, ""));
        fail(CloseReason::transport_error);
        return;
    }
    polling_->get = std::move(exchange);
    polling_->get->when_gone([this] {
        take_get();
        fail(CloseReason::transport_error);
    });
    if (!polling_->queue.empty()) {
        loop().flush_at_turn_end(*polling_);
    } else if (candidate_ != nullptr && candidate_->probed) {
        // Every GET of a client that is upgrading gets a noop, or it would wait for one until the
        // next ping.
        answer_get(packet_noop);
    }
}

void Session::on_post(net::HttpExchange& exchange) {
    const auto ok = [&] {
        auto response = net::HttpResponse::text(200, "text/html", "ok");
        response.headers.push_back({"cache-control", "no-store"});
        for (auto& header : net::cors_headers(server_.options().cors, exchange.request())) {
            response.headers.push_back(std::move(header));
        }
        return response;
    }();
    const auto type = exchange.request().header("Content-Type");
    if (type && type->starts_with("application/octet-stream")) {
        exchange.respond(plain(400, ""));
        fail(CloseReason::transport_error);
        return;
    }
    eio::PayloadReader reader{exchange.request().body};
    while (state_ == State::open && !reader.done()) {
        const auto packet = reader.next();
        if (!packet) {
            // What came before it counts; the client learns of the close by its GET.
            fail(CloseReason::parse_error);
            break;
        }
        on_packet(*packet);
    }
    exchange.respond(ok);
}

// --- Packets -------------------------------------------------------------------------------------

void Session::on_packet(const eio::Packet& packet) {
    // Anything but the pong that comes while one is awaited shows that the peer lives: once per
    // ping, the wait begins anew (a large upload can hold the pong back).
    if (pong_awaited_ && packet.type != eio::PacketType::pong && !timeout_extended_) {
        timeout_extended_ = true;
        start_heartbeat(loop().now(), server_.options().ping_timeout);
    }
    switch (packet.type) {
        case eio::PacketType::message:
            if (handler_ != nullptr) handler_->on_message(packet.data, packet.binary);
            return;
        case eio::PacketType::pong: start_ping_interval(); return;
        case eio::PacketType::ping:
            fail(CloseReason::transport_error);
            return;  // in protocol 4 the server pings
        case eio::PacketType::close: {
            // The client asked for the end itself: its pending poll needs no close, only an answer.
            const auto poll = take_get();
            fail(CloseReason::transport_close);
            if (poll != nullptr) answer(*poll, packet_noop);
            return;
        }
        case eio::PacketType::open:
        case eio::PacketType::upgrade:
        case eio::PacketType::noop: return;
    }
}

void Session::start_ping_interval() {
    pong_awaited_ = false;
    timeout_extended_ = false;
    start_heartbeat(loop().now(), server_.options().ping_interval);
}

void Session::start_heartbeat(SteadyTime from, std::chrono::milliseconds delay) {
    heartbeat_due_ = from + delay;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(heartbeat_due_ - loop().now());
    loop().start(heartbeat_, std::max(left, std::chrono::milliseconds{0}));
}

bool Session::end_if_overdue() {
    if (state_ != State::open || !pong_awaited_ || loop().now() < heartbeat_due_) return false;
    fail(CloseReason::ping_timeout);
    return true;
}

void Session::on_heartbeat_timer() {
    if (state_ == State::closing) {
        end(CloseReason::forced_close);  // the poll that would have told the client never came
        return;
    }
    if (pong_awaited_) {
        fail(CloseReason::ping_timeout);
        return;
    }
    pong_awaited_ = true;
    start_heartbeat(heartbeat_due_, server_.options().ping_timeout);
    // Never refused for the budget: a ping that is not sent would look like a dead server.
    if (websocket_ != nullptr) {
        websocket_->send_text("2");
    } else {
        polling_->queue.push_back(Frame::packet("2"));
        polling_->queued_bytes += polling_->queue.back().size();
        if (polling_->get != nullptr) loop().flush_at_turn_end(*polling_);
    }
}

// --- WebSocket and the upgrade to it -------------------------------------------------------------

void Session::on_upgrade(net::HttpExchange& exchange, const std::vector<net::HttpHeader>& headers,
                         bool text_only) {
    net::WebSocket& socket =
        net::WebSocket::accept(exchange, headers, server_.websocket_limits(), *this);
    // A second candidate, or one for a session that is a WebSocket already (which would let a
    // stranger who has the session's id take it over), is let in and shown the door.
    if (polling_ == nullptr || candidate_ != nullptr || state_ != State::open) {
        socket.close();
        return;
    }
    candidate_ = std::make_unique<Candidate>(*this, socket);
    candidate_->text_only = text_only;
    loop().start(candidate_->timeout, server_.options().upgrade_timeout);
}

void Session::on_candidate_message(std::string_view payload, bool binary) {
    if (!binary && payload == "2probe") {
        candidate_->probed = true;
        candidate_->socket.send_text("3probe");
        if (polling_->get != nullptr && polling_->queue.empty()) answer_get(packet_noop);
    } else if (!binary && payload == "5") {
        finish_upgrade();
    } else {
        drop_candidate();
    }
}

void Session::finish_upgrade() {
    websocket_ = &candidate_->socket;
    text_only_ = candidate_->text_only;
    candidate_.reset();
    const auto poll = take_get();
    auto polling = std::exchange(polling_, nullptr);
    polling->session = nullptr;
    for (const Frame& frame : polling->queue) send_on_websocket(frame);
    loop().reap(std::move(polling));
    // Swift's client sends "5" with a poll outstanding; a noop lets it end in peace.
    if (poll != nullptr) answer(*poll, packet_noop);
}

void Session::drop_candidate() {
    if (candidate_ == nullptr) return;
    candidate_->socket.close();
    candidate_.reset();
}

void Session::on_websocket_message(net::WebSocket& socket, std::string_view payload, bool binary) {
    if (candidate_ != nullptr && &candidate_->socket == &socket) {
        on_candidate_message(payload, binary);
        return;
    }
    if (state_ != State::open) return;
    if (binary) {
        on_packet({eio::PacketType::message, true, payload});
        return;
    }
    std::string scratch;
    const auto packet = eio::decode(payload, scratch);
    if (packet) {
        on_packet(*packet);
    } else {
        fail(CloseReason::parse_error);
    }
}

void Session::on_websocket_gone(net::WebSocket& socket) {
    if (candidate_ != nullptr && &candidate_->socket == &socket) {
        candidate_.reset();
    } else if (&socket == websocket_) {
        websocket_ = nullptr;
        end(CloseReason::transport_close);
    }
}

// --- Closing -------------------------------------------------------------------------------------

void Session::close(CloseReason reason) {
    if (state_ != State::open) return;
    if (websocket_ != nullptr) {
        std::exchange(websocket_, nullptr)->close();
        end(reason);
        return;
    }
    drop_candidate();
    if (polling_->get != nullptr && polling_->queue.empty()) {
        const auto poll = take_get();
        end(reason);
        answer(*poll, packet_close);
        return;
    }
    state_ = State::closing;
    loop().start(heartbeat_, limits::polling_close_wait);
    flush_polling();
    retire_handler(reason);
}

void Session::fail(CloseReason reason) {
    if (state_ == State::closed) return;
    if (websocket_ != nullptr) {
        net::WebSocket* socket = std::exchange(websocket_, nullptr);
        if (reason == CloseReason::too_slow) {
            socket->abort();  // its queue is what is too long
        } else {
            socket->close();
        }
    }
    const auto poll = take_get();
    end(reason);
    if (poll != nullptr) answer(*poll, packet_close);
}

void Session::end(CloseReason reason) {
    if (state_ == State::closed) return;
    state_ = State::closed;
    heartbeat_.stop();
    drop_candidate();
    if (polling_ != nullptr) {
        polling_->session = nullptr;
        take_get();
        loop().reap(std::move(polling_));
    }
    retire_handler(reason);
    server_.remove(*this);
}

void Session::retire_handler(CloseReason reason) {
    // Taken off first, freed at the end of the turn: it is often the one that asked for the close.
    auto handler = std::exchange(handler_, nullptr);
    if (handler == nullptr) return;
    handler->on_close(reason);
    loop().reap(std::move(handler));
}

}  // namespace homeroom::engineio
