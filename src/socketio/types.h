// The words that the layer's parts share. Plain values, but for SocketData.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engineio/frame.h"
#include "engineio/session.h"

namespace homeroom::socketio {

using engineio::Delivery;
using engineio::Frame;

class Socket;

// A socket, named from any thread. It may be gone by the time it is looked up.
struct SocketRef {
    std::uint32_t loop = 0;
    std::uint32_t slot = 0;
    std::uint32_t generation = 0;
};

// What the application keeps with a socket. Freed with it, on its loop.
class SocketData {
public:
    virtual ~SocketData() = default;
};

enum class DisconnectReason : std::uint8_t {
    client_namespace_disconnect,
    server_namespace_disconnect,
    server_shutting_down,
    ping_timeout,
    transport_close,
    transport_error,
    parse_error,
    forced_close,
    forced_server_close,
    too_slow,
};
std::string_view to_string(DisconnectReason reason);

// What the connection's first request said, as far as anyone may need it later.
struct Handshake {
    std::string peer_address;
    std::string authorization;  // the header's value; empty for browsers
};

// An event from a client. Valid within the call only.
struct Event {
    std::string_view name;
    std::span<const std::string_view> arguments;  // raw JSON, without the name
    std::span<const std::string> attachments;  // what the placeholders in the arguments stand for
    std::optional<std::uint64_t> ack_id;       // set when the client wants an answer
};

// An event for the sockets in any of `rooms`, each once.
struct Broadcast {
    std::string nsp = "/";
    std::vector<std::string> rooms{};
    std::string within{};  // not empty: only for sockets that are in this room as well
    Frame frame{};
    // Not 0: the event's place in the order of durable ones. A socket gets each place once, and
    // none behind its own.
    std::uint64_t seq = 0;
    Delivery delivery = Delivery::must_arrive;
};

// What answers a namespace's sockets. One object may serve all loops; each call comes on the
// socket's own.
class NamespaceHandler {
public:
    virtual ~NamespaceHandler() = default;
    // A client asks to join. Answer with Socket::accept or Socket::refuse, now or later. `auth` is
    // a JSON object or empty.
    virtual void on_connect(Socket& socket, std::string_view auth) = 0;
    virtual void on_event(Socket& socket, const Event& event) = 0;
    // Once for each socket that on_connect saw and that was not refused. Its rooms are still there.
    virtual void on_disconnect(Socket& socket, DisconnectReason reason) = 0;
};

}  // namespace homeroom::socketio
