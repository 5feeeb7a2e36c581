// The words that the layer's parts share. Plain values, but for SocketData.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/shared_bytes.h"
#include "engineio/frame.h"
#include "engineio/session.h"
#include "net/http.h"

namespace homeroom::hub {

using engineio::Compress;
using engineio::Delivery;
using engineio::Frame;

class Socket;

// A socket, named from any thread. It may be gone by the time it is looked up.
struct SocketRef {
    std::uint32_t loop = 0;
    std::uint32_t slot = 0;
    std::uint32_t generation = 0;

    bool operator==(const SocketRef&) const = default;
};

// What the application keeps with a socket. Freed with it, on its loop.
class SocketData {
public:
    virtual ~SocketData() = default;
    // What an event of its socket touches first.
    virtual const void* touched() const { return this; }
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

// The whole first request, kept only where the application asks for it: headers are large.
struct HandshakeRequest {
    std::vector<net::HttpHeader> headers{};
    std::string url{};                                         // path and query, as sent
    std::vector<std::pair<std::string, std::string>> query{};  // decoded
    std::chrono::system_clock::time_point time{};
};

// What the connection's first request said, as far as anyone may need it later.
struct Handshake {
    net::PeerAddress peer_address{};
    SharedBytes authorization{};  // the header's value; empty for browsers
    std::unique_ptr<HandshakeRequest> request{};
};

// Raw JSON texts, and the bytes that their placeholders stand for.
struct Arguments {
    std::vector<std::string> json{};
    std::vector<std::string> attachments{};
};

// An event from a client. Valid within the call only.
struct Event {
    std::string_view name;
    std::span<const std::string_view> arguments;  // raw JSON, without the name
    std::span<const std::string> attachments;  // what the placeholders in the arguments stand for
    std::optional<std::uint64_t> ack_id;       // set when the client wants an answer
};

// One Socket.IO packet in the form in which it leaves: its text, and its attachments behind it.
struct Message {
    Frame head{};
    std::vector<Frame> attachments{};

    std::size_t size() const {
        std::size_t bytes = head.size();
        for (const Frame& frame : attachments) bytes += frame.size();
        return bytes;
    }
};

// Which sockets of a namespace: those in any of `rooms`, or all; without those in any of `except`.
struct Selection {
    std::string nsp = "/";
    bool everyone = false;  // in place of `rooms`, so that no rooms are nobody and not everybody
    std::vector<std::string> rooms{};
    std::vector<std::string> except{};
    std::string within{};  // not empty: only sockets that are in this room as well

    bool operator==(const Selection&) const = default;
};

// Whether one of the sockets is selected; `is_in` says of a room whether it is in it.
template <typename IsIn>
bool is_meant(const Selection& to, const IsIn& is_in) {
    if (!to.within.empty() && !is_in(to.within)) return false;
    if (std::ranges::any_of(to.except, is_in)) return false;
    return to.everyone || std::ranges::any_of(to.rooms, is_in);
}

// A message for the selected sockets, each once.
struct Broadcast {
    Selection to{};
    Message message{};
    // Not 0: the event's place in the order of durable ones. A socket gets each place once, and
    // none behind its own.
    std::uint64_t seq = 0;
    Delivery delivery = Delivery::must_arrive;
};
using BroadcastPtr = std::shared_ptr<const Broadcast>;  // made once, for all loops and sockets

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
    // Behind it, when the rooms have been left.
    virtual void on_left(Socket&, DisconnectReason) {}
    // The connection ends for an invalid packet; told before on_disconnect.
    virtual void on_invalid_packet(Socket&, std::string_view /*words*/) {}
};

}  // namespace homeroom::hub
