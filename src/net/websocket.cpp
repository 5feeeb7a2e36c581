#include "net/websocket.h"

#include <algorithm>
#include <utility>

#include "codec/permessage_deflate.h"
#include "codec/utf8.h"

namespace homeroom::net {

namespace ws = codec::websocket;

namespace {

constexpr std::string_view extensions_header = "Sec-WebSocket-Extensions";

// What to answer; empty for nothing.
Result<std::string> negotiate_extensions(const HttpRequest& request,
                                         const WebSocket::Limits& limits) {
    if (!limits.deflate) return std::string{};
    return ws::negotiate_deflate(request.header_list(extensions_header));
}

// The first subprotocol that is offered, or nothing. Nobody here speaks any, but a browser that
// offered some takes no answer without one.
std::string_view first_subprotocol(const HttpRequest& request) {
    const std::string_view offered = request.header("Sec-WebSocket-Protocol").value_or("");
    const auto is_token_character = [](char c) {
        return c > ' ' && c < 0x7F &&
               std::string_view{"()<>@,;:\\\"/[]?={}"}.find(c) == std::string_view::npos;
    };
    return {offered.begin(), std::ranges::find_if_not(offered, is_token_character)};
}

}  // namespace

std::optional<std::string_view> WebSocket::handshake_fault(const HttpRequest& request,
                                                           const Limits& limits) {
    if (request.method != "GET") return "Invalid HTTP method";
    if (!request.header_has_token("Upgrade", "websocket")) return "Invalid Upgrade header";
    if (!request.header_has_token("Connection", "upgrade")) return "Invalid Connection header";
    if (ws::accept_key(request.header("Sec-WebSocket-Key").value_or("")).empty()) {
        return "Missing or invalid Sec-WebSocket-Key header";
    }
    if (request.header("Sec-WebSocket-Version").value_or("") != "13") {
        return "Missing or invalid Sec-WebSocket-Version header";
    }
    if (!negotiate_extensions(request, limits).ok())
        return "Invalid or unacceptable Sec-WebSocket-Extensions header";
    return std::nullopt;
}

WebSocket& WebSocket::accept(HttpExchange& exchange, const std::vector<HttpHeader>& headers,
                             Limits limits, WebSocketReceiver& receiver) {
    std::string head =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
    head +=
        "Sec-WebSocket-Accept: " + ws::accept_key(*exchange.request().header("Sec-WebSocket-Key")) +
        "\r\n";
    const auto extensions = negotiate_extensions(exchange.request(), limits);
    const bool deflate = extensions.ok() && !extensions->empty();
    if (deflate) head += std::string{extensions_header} + ": " + *extensions + "\r\n";
    if (const auto subprotocol = first_subprotocol(exchange.request()); !subprotocol.empty())
        head += "Sec-WebSocket-Protocol: " + std::string{subprotocol} + "\r\n";
    for (const HttpHeader& header : headers) head += header.name + ": " + header.value + "\r\n";
    head += "\r\n";
    Connection& connection = exchange.switch_protocols(head);
    std::unique_ptr<WebSocket> socket{new WebSocket(connection,
                                                    {.message_bytes_max = limits.message_bytes_max,
                                                     .fragments_max = limits.fragments_max,
                                                     .compression = deflate},
                                                    receiver)};
    WebSocket& reference = *socket;
    connection.set_protocol(std::move(socket));
    return reference;
}

WebSocket::WebSocket(Connection& connection, const ws::Decoder::Options& options,
                     WebSocketReceiver& receiver)
    : connection_(connection), decoder_(options), receiver_(&receiver) {
    hint(PrefetchHints::Of::protocol, this);
    hint(PrefetchHints::Of::receiver, &receiver);
}

void WebSocket::on_bytes(std::span<char> bytes) {
    while (!connection_.closed()) {
        const ws::Decoded decoded = decoder_.next(bytes);
        if (std::holds_alternative<ws::MoreNeeded>(decoded)) return;
        if (const auto* failure = std::get_if<ws::Failure>(&decoded)) return fail(*failure);
        on_message(std::get<ws::Message>(decoded));
    }
}

void WebSocket::on_message(const ws::Message& message) {
    switch (message.opcode) {
        case ws::Opcode::text:
        case ws::Opcode::binary:
            if (receiver_ == nullptr) return;
            if (message.compressed) {
                on_compressed(message);
            } else {
                receiver_->on_websocket_message(*this, message.payload,
                                                message.opcode == ws::Opcode::binary);
            }
            return;
        case ws::Opcode::ping:
            // A flood of pings must not fill our queue: while one answer waits, the next is left
            // out (§5.5.3).
            if (connection_.queued_bytes() == 0)
                send_frame(SharedBytes{ws::frame(ws::Opcode::pong, message.payload)});
            return;
        case ws::Opcode::pong: return;
        case ws::Opcode::close: {
            WebSocketReceiver* receiver = std::exchange(receiver_, nullptr);
            // §5.5.1: echo the code, then the server ends the connection. After our own close frame
            // no second one.
            if (receiver != nullptr) {
                connection_.send(ws::frame(ws::Opcode::close, message.payload.substr(0, 2)));
            }
            connection_.close_when_flushed();
            if (receiver != nullptr) receiver->on_websocket_gone(*this);
            return;
        }
        case ws::Opcode::continuation: return;  // the decoder joins fragments
    }
}

void WebSocket::on_compressed(const ws::Message& message) {
    const auto inflated =
        ws::inflate_message(message.payload, decoder_.options().message_bytes_max);
    // RFC 7692 names no code for a message that cannot be inflated. Its frames are in order, so it
    // is not 1002; 1007 is for content that is not what the message says it is, and what the
    // reference server closes with.
    if (!inflated.ok()) {
        if (inflated.error().code == Code::too_large)
            return fail({ws::CloseCode::too_large, "inflated", Limit::message_bytes});
        return fail({ws::CloseCode::invalid_payload, "not deflated"});
    }
    const bool binary = message.opcode == ws::Opcode::binary;
    if (!binary && !codec::utf8::is_valid(*inflated))
        return fail({ws::CloseCode::invalid_payload, "the text is not UTF-8"});
    receiver_->on_websocket_message(*this, *inflated, binary);
}

void WebSocket::fail(const ws::Failure& failure) {
    WebSocketReceiver* receiver = receiver_;
    if (receiver != nullptr && failure.limit) receiver->on_websocket_limit(*failure.limit);
    close(failure.code);
    if (receiver != nullptr) receiver->on_websocket_gone(*this);
}

void WebSocket::send_text(std::string_view payload) {
    connection_.send(SharedBytes{ws::frame_header(ws::Opcode::text, payload.size()), payload});
}

void WebSocket::close(std::optional<ws::CloseCode> code) {
    receiver_ = nullptr;
    std::string payload;
    if (code) {
        const auto number = static_cast<std::uint16_t>(*code);
        payload = {static_cast<char>(number >> 8), static_cast<char>(number & 0xFF)};
    }
    connection_.send(ws::frame(ws::Opcode::close, payload));
    connection_.close_when_flushed();
}

void WebSocket::abort() {
    receiver_ = nullptr;
    connection_.close();
}

void WebSocket::on_gone() {
    if (WebSocketReceiver* receiver = std::exchange(receiver_, nullptr))
        receiver->on_websocket_gone(*this);
}

}  // namespace homeroom::net
