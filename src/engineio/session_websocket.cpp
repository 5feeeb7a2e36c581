// The WebSocket transport of a session, and the upgrade to it.
#include <utility>

#include "base/base64.h"
#include "codec/engineio_v3.h"
#include "codec/websocket.h"
#include "engineio/server.h"
#include "engineio/session.h"
#include "engineio/session_parts.h"

namespace homeroom::engineio {

namespace eio = codec::engineio;
namespace ws = codec::websocket;

namespace {

constexpr char v3_message_byte = 4;  // before the bytes of protocol 3's binary messages

// Between the answer to a protocol 3 handshake and the open packet: clients of that time begin to
// listen when the socket has opened, and miss what came in one piece with the answer.
constexpr std::chrono::milliseconds v3_opening_pause{10};

// Bytes for a client that takes none, or not as they are. Seldom: kept out of the usual way.
[[gnu::noinline]] SharedBytes converted(const Frame& frame, Revision revision, bool text_only) {
    const bool v3 = revision == Revision::eio3;
    if (text_only) {
        const std::string text = v3 ? "b4" + base64::encode(frame.payload()) : frame.as_text();
        return SharedBytes{ws::frame_header(ws::Opcode::text, text.size()), text};
    }
    std::string head = ws::frame_header(ws::Opcode::binary, frame.payload().size() + 1);
    head += v3_message_byte;
    return SharedBytes{head, frame.payload()};
}

bool wants_base64(const net::HttpRequest& request) {
    return !request.parameter("b64").value_or("").empty();
}

}  // namespace

void Session::open_by_websocket(net::HttpExchange& exchange, const Frame& open_packet) {
    text_only_ = wants_base64(exchange.request());
    websocket_ = &accept(exchange, true);
    if (revision() == Revision::eio3) websocket_->hold_output(v3_opening_pause);
    websocket_->send_frame(open_packet.websocket());
    if (!options().initial_packet.empty())
        websocket_->send_frame(Frame::text(options().initial_packet).websocket());
    start_heartbeat();
}

net::WebSocket& Session::accept(net::HttpExchange& exchange, bool opens) {
    std::vector<net::HttpHeader> headers;
    add_common_headers(options(), exchange.request(), headers);
    if (opens) add_opening_headers(options(), exchange.request(), id(), headers);
    auto limits = server_.websocket_limits();
    limits.message_bytes_max = message_bytes_max_;
    return net::WebSocket::accept(exchange, headers, limits, *this);
}

void Session::send_on_websocket(const Frame& frame) {
    if (frame.is_binary() && (text_only_ || revision() == Revision::eio3))
        return websocket_->send_frame(converted(frame, revision(), text_only_));
    const bool deflated = websocket_->deflates() && !frame.websocket_deflated().empty();
    websocket_->send_frame(deflated ? frame.websocket_deflated() : frame.websocket());
}

void Session::on_upgrade(net::HttpExchange& exchange) {
    const bool text_only = wants_base64(exchange.request());
    net::WebSocket& socket = accept(exchange, false);
    // A second candidate, or one for a session that is a WebSocket already (which would let a
    // stranger who has the session's id take it over), is let in and shown the door.
    if (polling_ == nullptr || candidate_ != nullptr || state_ != State::open) {
        socket.close();
        return;
    }
    candidate_ = std::make_unique<Candidate>(*this, socket);
    candidate_->text_only = text_only;
    loop().start(candidate_->timeout, options().upgrade_timeout);
}

void Session::on_candidate_message(std::string_view payload, bool binary) {
    if (!binary && payload == "2probe") {
        candidate_->probed = true;
        // One that reads none of its answers gets no more of them.
        if (candidate_->answers.take(candidate_->socket.queued_bytes()))
            candidate_->socket.send_text("3probe");
        if (polling_->get != nullptr && polling_->queue.empty()) answer_get({&noop_packet(), 1});
    } else if (!binary && payload == "5") {
        finish_upgrade();
    } else {
        drop_candidate();
    }
}

void Session::finish_upgrade() {
    websocket_ = &candidate_->socket;
    hint(net::PrefetchHints::Of::handler, handler_.get());
    text_only_ = candidate_->text_only;
    candidate_.reset();
    const auto poll = take_get();
    auto polling = std::exchange(polling_, nullptr);
    polling->session = nullptr;
    for (const Frame& frame : polling->queue) send_on_websocket(frame);
    loop().reap(std::move(polling));
    // Swift's client sends "5" with a poll outstanding; a noop lets it end in peace.
    if (poll != nullptr) answer(*poll, {&noop_packet(), 1});
    if (state_ == State::closing) {
        std::exchange(websocket_, nullptr)->close();
        end(close_reason_);
    }
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
        if (revision() == Revision::eio3) {
            if (payload.empty() || payload.front() != v3_message_byte)
                return fail(CloseReason::parse_error);
            payload.remove_prefix(1);
        }
        on_packet({eio::PacketType::message, true, payload});
        return;
    }
    std::string scratch;
    const auto packet = revision() == Revision::eio3 ? eio::v3::decode(payload, scratch)
                                                     : eio::decode(payload, scratch);
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

}  // namespace homeroom::engineio
