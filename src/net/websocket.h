// One WebSocket connection (RFC 6455) on its loop: frames in and out, ping answered, close
// handshake.
//
//   open → closing (our close frame is out, the peer's is awaited) → gone
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "base/shared_bytes.h"
#include "codec/websocket.h"
#include "net/connection.h"
#include "net/http.h"

namespace homeroom::net {

class WebSocket;

class WebSocketReceiver {
public:
    virtual ~WebSocketReceiver() = default;
    // The payload is valid within the call only.
    virtual void on_websocket_message(WebSocket& socket, std::string_view payload, bool binary) = 0;
    // The connection ended, by the peer or by a violation of the protocol. Not called after
    // WebSocket::close.
    virtual void on_websocket_gone(WebSocket& socket) = 0;
    // Told before it, when the peer went beyond a limit.
    virtual void on_websocket_limit(Limit /*limit*/) {}
};

class WebSocket final : public Protocol {
public:
    struct Limits {
        std::size_t message_bytes_max = 0;  // as sent, and once inflated
        std::size_t fragments_max = 0;
        bool deflate = false;  // agree to permessage-deflate where it is offered
    };

    // Why a request is no valid WebSocket handshake (§4.2.1), in words; nothing when it is one.
    // What is wrong with the offer of an extension is a fault only where it would be agreed to.
    static std::optional<std::string_view> handshake_fault(const HttpRequest& request,
                                                           const Limits& limits);

    // For a request without fault. Answers 101 and takes over the exchange's connection. `headers`
    // are added to the response. The socket belongs to its connection and lives until
    // on_websocket_gone, or until the end of the turn of close().
    static WebSocket& accept(HttpExchange& exchange, const std::vector<HttpHeader>& headers,
                             Limits limits, WebSocketReceiver& receiver);

    void set_message_bytes_max(std::size_t bytes) { decoder_.set_message_bytes_max(bytes); }

    // A whole frame, header included.
    void send_frame(SharedBytes frame) { connection_.send(std::move(frame)); }
    // See Connection::hold_output.
    void hold_output(std::chrono::milliseconds time) { connection_.hold_output(time); }
    void send_text(std::string_view payload);
    // See Connection::write_early.
    void write_early() { connection_.write_early(); }
    std::size_t queued_bytes() const { return connection_.queued_bytes(); }
    // See Connection::is_blocked.
    bool is_blocked() const { return connection_.is_blocked(); }
    // Whether permessage-deflate was agreed: only then may a frame be deflated (RSV1). None has to
    // be.
    bool deflates() const { return decoder_.options().compression; }

    // What the layers above will touch when the next message comes.
    void hint(PrefetchHints::Of place, const void* object) {
        connection_.prefetch_hints().set(place, object);
    }

    // A close frame, by default without a code: a client that sees 1000 takes it for a normal end
    // and stays away. The receiver hears nothing more.
    void close(std::optional<codec::websocket::CloseCode> code = std::nullopt);
    // At once, what is queued is lost.
    void abort();

    void on_bytes(std::span<char> bytes) override;
    void on_gone() override;

private:
    WebSocket(Connection& connection, const codec::websocket::Decoder::Options& options,
              WebSocketReceiver& receiver);
    void on_message(const codec::websocket::Message& message);
    void on_compressed(const codec::websocket::Message& message);
    void fail(const codec::websocket::Failure& failure);

    Connection& connection_;
    codec::websocket::Decoder decoder_;
    WebSocketReceiver* receiver_;  // nullptr once closing
};

}  // namespace homeroom::net
