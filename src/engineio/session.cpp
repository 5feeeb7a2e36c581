#include "engineio/session.h"

#include <utility>

#include "engineio/server.h"
#include "engineio/session_parts.h"

namespace homeroom::engineio {

namespace eio = codec::engineio;

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

Session::Session(Server& server, std::string_view id, PollingStyle style)
    : server_(server),
      id_(id),
      style_(style),
      heartbeat_([](void* self) { static_cast<Session*>(self)->on_heartbeat_timer(); }, this),
      message_bytes_max_(server.options().message_bytes_max) {}

Session::~Session() = default;

net::EventLoop& Session::loop() {
    return server_.loop();
}

const Options& Session::options() const {
    return server_.options();
}

void Session::set_handler(std::unique_ptr<SessionHandler> handler) {
    handler_ = std::move(handler);
    hint(net::PrefetchHints::Of::handler, handler_.get());
    // The application may have ended the session before it had said who listens to it.
    if (!is_open()) retire_handler(close_reason_);
}

void Session::set_message_bytes_max(std::size_t bytes) {
    message_bytes_max_ = bytes;
    if (websocket_ != nullptr) websocket_->set_message_bytes_max(bytes);
    if (candidate_ != nullptr) candidate_->socket.set_message_bytes_max(bytes);
}

// --- Sending -------------------------------------------------------------------------------------

Sent Session::send(const Frame& head, std::span<const Frame> rest, Delivery delivery) {
    // By far the most: one frame, for somebody who reads. Kept so short that it needs no stack.
    const bool usual = state_ == State::open && websocket_ != nullptr && rest.empty() &&
                       delivery != Delivery::may_drop && fits(head.size());
    if (!usual) return send_unusual(head, rest, delivery);
    send_on_websocket(head);
    return Sent::queued;
}

bool Session::send_joined(const SharedBytes& frames) {
    const bool plain = state_ == State::open && websocket_ != nullptr && !websocket_->deflates() &&
                       !text_only_ && revision() == Revision::eio4;
    if (!plain || !fits(frames.size())) return false;
    websocket_->send_frame(frames);
    return true;
}

Sent Session::send_unusual(const Frame& head, std::span<const Frame> rest, Delivery delivery) {
    if (state_ != State::open) return Sent::closed;
    if (delivery == Delivery::may_drop && !can_leave_now()) return Sent::dropped_volatile;
    std::size_t bytes = head.size();
    for (const Frame& frame : rest) bytes += frame.size();
    if (!has_room_for(bytes)) {
        options().count(Limit::send_queue_bytes);
        if (options().slow_reader == SlowReader::drop && delivery != Delivery::vital)
            return Sent::dropped_slow;
        fail(CloseReason::too_slow);
        return Sent::closed;
    }
    send_now(head);
    for (const Frame& frame : rest) send_now(frame);
    return Sent::queued;
}

std::size_t Session::queued_bytes() const {
    return websocket_ != nullptr ? websocket_->queued_bytes() : polling_->queued_bytes;
}

bool Session::is_behind() const {
    if (websocket_ != nullptr) return websocket_->is_blocked();
    return polling_ != nullptr && polling_->get == nullptr && !polling_->queue.empty();
}

bool Session::fits(std::size_t bytes) const {
    // Whoever has read everything is not slow, however large the next message is.
    const std::size_t queued = queued_bytes();
    return queued == 0 || queued + bytes <= options().send_queue_bytes_max;
}

bool Session::has_room_for(std::size_t bytes) {
    if (fits(bytes)) return true;
    if (websocket_ == nullptr) return false;
    // Nor is one slow whom this turn alone gave so much: what counts is what the kernel does not
    // take.
    websocket_->write_early();
    return fits(bytes);
}

void Session::send_now(const Frame& frame) {
    if (websocket_ != nullptr) {
        send_on_websocket(frame);
    } else {
        enqueue(frame);
    }
}

bool Session::can_leave_now() const {
    if (websocket_ != nullptr) return websocket_->queued_bytes() == 0;
    return polling_->get != nullptr && polling_->queue.empty();
}

// --- Packets -------------------------------------------------------------------------------------

void Session::on_packet(const eio::Packet& packet) {
    const bool v4 = revision() == Revision::eio4;
    // Anything but the pong that comes while one is awaited shows that the peer lives: once per
    // ping, the wait begins anew (a large upload can hold the pong back).
    if (v4 && peer_awaited_ && packet.type != eio::PacketType::pong && !timeout_extended_) {
        timeout_extended_ = true;
        await_heartbeat(loop().now(), options().ping_timeout);
    }
    switch (packet.type) {
        case eio::PacketType::message:
            if (handler_ != nullptr) handler_->on_message(packet.data, packet.binary);
            return;
        // In protocol 4 the server pings, in protocol 3 the client.
        case eio::PacketType::pong:
            if (v4) return start_heartbeat();
            return fail(CloseReason::transport_error);
        case eio::PacketType::ping:
            if (v4) return fail(CloseReason::transport_error);
            start_heartbeat();
            // One that reads none of its answers gets no more of them.
            if (pongs_.take(queued_bytes())) send_now(Frame::packet("3"));
            return;
        case eio::PacketType::close: {
            // The client asked for the end itself: its pending poll needs no close, only an answer.
            if (!is_open_after_last_words()) return;
            const auto poll = take_get();
            const auto queued = poll != nullptr ? take_queued() : std::vector<Frame>{};
            fail(CloseReason::transport_close);
            if (poll != nullptr) {
                answer(*poll, queued.empty() ? std::span{&noop_packet(), 1} : std::span{queued});
            }
            return;
        }
        case eio::PacketType::open:
        case eio::PacketType::upgrade:
        case eio::PacketType::noop: return;
    }
}

// --- Heartbeat -----------------------------------------------------------------------------------

void Session::start_heartbeat() {
    timeout_extended_ = false;
    peer_awaited_ = revision() == Revision::eio3;
    await_heartbeat(loop().now(), peer_awaited_ ? options().ping_interval + options().ping_timeout
                                                : options().ping_interval);
}

void Session::await_heartbeat(SteadyTime from, std::chrono::milliseconds delay) {
    heartbeat_due_ = from + delay;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(heartbeat_due_ - loop().now());
    loop().start(heartbeat_, std::max(left, std::chrono::milliseconds{0}));
}

bool Session::end_if_overdue() {
    if (state_ != State::open || !peer_awaited_ || loop().now() < heartbeat_due_) return false;
    fail(CloseReason::ping_timeout);
    return true;
}

void Session::on_heartbeat_timer() {
    if (state_ == State::closing) {
        end(CloseReason::forced_close);  // the poll that would have told the client never came
        return;
    }
    if (peer_awaited_) {
        fail(CloseReason::ping_timeout);
        return;
    }
    peer_awaited_ = true;
    await_heartbeat(heartbeat_due_, options().ping_timeout);
    // Never refused for the budget: a ping that is not sent would look like a dead server.
    send_now(Frame::packet("2"));
}

// --- Closing -------------------------------------------------------------------------------------

// What the layer above has for it comes before an end that we decide. False: getting that ended it.
bool Session::is_open_after_last_words() {
    if (handler_ != nullptr) handler_->on_ending();
    return state_ == State::open;
}

void Session::close(CloseReason reason) {
    if (state_ != State::open || !is_open_after_last_words()) return;
    if (websocket_ != nullptr) {
        std::exchange(websocket_, nullptr)->close();
        end(reason);
        return;
    }
    // A client whose probe was answered polls no more: it hears of the end on its new WebSocket.
    if (candidate_ != nullptr && !candidate_->probed) drop_candidate();
    if (polling_->get != nullptr && polling_->queue.empty()) {
        const auto poll = take_get();
        end(reason);
        answer(*poll, {&close_packet(), 1});
        return;
    }
    state_ = State::closing;
    close_reason_ = reason;
    loop().start(heartbeat_, limits::polling_close_wait);
    flush_polling();
    retire_handler(reason);
}

void Session::fail(CloseReason reason) {
    if (state_ == State::closed) return;
    if (state_ == State::open && !is_open_after_last_words()) return;
    if (websocket_ != nullptr) {
        net::WebSocket* socket = std::exchange(websocket_, nullptr);
        if (reason == CloseReason::too_slow) {
            socket->abort();  // its queue is what is too long
        } else {
            socket->close();
        }
    }
    const auto poll = take_get();
    // What was said before the fault still leaves; the client learns of the end by its next poll.
    const bool has_last_words = poll != nullptr && reason != CloseReason::too_slow;
    const auto queued = has_last_words ? take_queued() : std::vector<Frame>{};
    end(reason);
    if (poll == nullptr) return;
    answer(*poll, queued.empty() ? std::span{&close_packet(), 1} : std::span{queued});
}

void Session::end(CloseReason reason) {
    if (state_ == State::closed) return;
    if (state_ == State::open) close_reason_ = reason;
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
