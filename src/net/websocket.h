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
};

class WebSocket final : public Protocol {
public:
    struct Limits {
        std::size_t message_bytes_max;
        std::size_t fragments_max;
    };

    // Why a request is no valid WebSocket handshake (§4.2.1), in words; nothing when it is one.
    static std::optional<std::string_view> handshake_fault(const HttpRequest& request);

    // Answers 101 and takes over the exchange's connection. `headers` are added to the response.
    // The socket belongs to its connection and lives until on_websocket_gone, or until the end of
    // the turn of close().
    static WebSocket& accept(HttpExchange& exchange, const std::vector<HttpHeader>& headers,
                             Limits limits, WebSocketReceiver& receiver);

    void send_frame(SharedBytes frame);  // a whole frame, header included
    void send_text(std::string_view payload);
    std::size_t queued_bytes() const { return connection_.queued_bytes(); }

    // A close frame, by default without a code: a client that sees 1000 takes it for a normal end
    // and stays away. The receiver hears nothing more.
    void close(std::optional<codec::websocket::CloseCode> code = std::nullopt);
    // At once, what is queued is lost.
    void abort();

    void on_bytes(std::span<char> bytes) override;
    void on_gone() override;

private:
    WebSocket(Connection& connection, Limits limits, WebSocketReceiver& receiver);
    void on_message(const codec::websocket::Message& message);

    Connection& connection_;
    codec::websocket::Decoder decoder_;
    WebSocketReceiver* receiver_;  // nullptr once closing
};

}  // namespace homeroom::net
