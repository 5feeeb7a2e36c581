// One client in one namespace. On its loop only; it lives from its connection until its disconnect
// handlers have returned. Whoever wants to reach it from elsewhere, or later, keeps its id: to send
// to the room of that name, or for Namespace::with_socket.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "homeroom/socketio/emitter.h"
#include "homeroom/socketio/event.h"
#include "homeroom/socketio/value.h"

namespace homeroom::socketio {

class Namespace;
class Socket;

// The first request of the connection, and what came with the CONNECT to this namespace.
struct Handshake {
    std::vector<std::pair<std::string, std::string>> headers{};  // names in lower case
    std::vector<std::pair<std::string, std::string>> query{};    // decoded
    std::string address{};
    std::string url{};
    std::chrono::system_clock::time_point time{};
    bool xdomain = false;  // it had an Origin
    Json auth = Json::object();
    Value auth_as_sent = Json::object();

    // The first of this name (lower case for headers); empty when absent.
    std::string_view header(std::string_view name) const;
    std::string_view parameter(std::string_view name) const;
};
// As the reference server shows it: headers, time, address, xdomain, secure, issued, url, query,
// auth.
Json as_json(const Handshake& handshake);

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
    too_slow,  // it did not read what was sent to it
};
std::string_view to_string(DisconnectReason reason);  // the reference server's words

// Why a middleware lets nobody in, or an event not through. The client's `connect_error` gets
// message and data.
struct Refusal {
    std::string message;
    std::optional<Json> data{};
};

// What a middleware calls when it has decided, once, now or later, on any thread: with nothing to
// go on, with a function to go on behind it, with a Refusal to end it. The function runs on the
// socket's loop, if the socket is still there: it brings what was found elsewhere to the socket.
class Next {
public:
    void operator()() const { decide_({}); }
    void operator()(std::function<void(Socket&)> first) const {
        decide_({.first = std::move(first)});
    }
    void operator()(Refusal refusal) const { decide_({.refusal = std::move(refusal)}); }

    // --- For the library.
    struct Decision {
        std::optional<Refusal> refusal{};
        std::function<void(Socket&)> first{};
    };
    explicit Next(std::function<void(Decision)> decide) : decide_(std::move(decide)) {}

private:
    std::function<void(Decision)> decide_;
};

class Socket : public Emits<Socket, AnswerHandler> {
public:
    std::string id() const;
    Namespace nsp() const;
    const Handshake& handshake() const;
    bool connected() const;
    bool recovered() const;  // it goes on where an earlier connection ended
    bool is_polling() const;
    // Whatever the application wants to keep with it; shown by fetch_sockets, kept by recovery.
    Json& data();

    // --- Events. Handlers run in the order in which they were added. What they capture may refer
    // to the socket: they go with it.
    using HandlerId = std::uint64_t;
    template <typename Function>
    HandlerId on(std::string_view event, Function function) {
        return add_handler(event, make_handler(std::move(function)), false);
    }
    template <typename Function>
    HandlerId once(std::string_view event, Function function) {
        return add_handler(event, make_handler(std::move(function)), true);
    }
    void off(std::string_view event, HandlerId handler);
    void off(std::string_view event);
    void off();

    // Every event, before its handlers.
    HandlerId on_any(std::function<void(const Event&)> handler);
    HandlerId prepend_any(std::function<void(const Event&)> handler);
    void off_any(std::optional<HandlerId> handler = {});  // nothing: all of them
    // Everything that is sent to this client, broadcasts too; answers are not.
    using OutgoingHandler = std::function<void(std::string_view event, const Values& arguments)>;
    HandlerId on_any_outgoing(OutgoingHandler handler);
    void off_any_outgoing(std::optional<HandlerId> handler = {});

    // Each event goes through these before its handlers.
    void use(std::function<void(const Event& event, Next next)> middleware);
    // Of a refused event, one with wrong arguments, an invalid packet.
    void on_error(std::function<void(const std::string& message)> handler);

    // Its rooms are still there …
    void on_disconnecting(std::function<void(DisconnectReason)> handler);
    // … and left.
    void on_disconnect(std::function<void(DisconnectReason)> handler);

    // --- Sending, from a const Socket too: emit(event, arguments…, on_answer?), and with flags:
    SocketEmitter volatile_() const { return SocketEmitter{*this, {.is_volatile = true}}; }
    SocketEmitter compress(bool compress) const {
        return SocketEmitter{*this, {.compress = compress}};
    }
    SocketEmitter timeout(std::chrono::milliseconds timeout) const {
        return SocketEmitter{*this, {.timeout = timeout}};
    }
    // The others of the namespace, or of rooms of it.
    Emitter broadcast() const;
    Emitter to(const Rooms& rooms) const { return broadcast().to(rooms); }
    Emitter in(const Rooms& rooms) const { return to(rooms); }
    Emitter except(const Rooms& rooms) const { return broadcast().except(rooms); }
    Emitter local() const { return broadcast().local(); }
    // A "message" event.
    template <typename... Arguments>
    bool send(Arguments&&... arguments) const {
        return emit("message", std::forward<Arguments>(arguments)...);
    }
    bool emit_values(std::string_view event, const Values& arguments,
                     AnswerHandler on_answer = {}) const;

    // --- Rooms. It is always in the one of its own id.
    //
    // Whoever joins the room of another socket's id reads what is sent to that one alone: a name
    // that a client gives belongs behind a prefix, "chat/" + name. At most
    // Limits::rooms_per_socket.
    void join(const Rooms& rooms);
    void leave(const Rooms& rooms);
    std::vector<std::string> rooms() const;
    bool is_in(std::string_view room) const;

    // The client does not come back by itself. `close`: with its whole connection.
    void disconnect(bool close = false);
    // Ends the connection so that the client comes back, as if the network had failed.
    void drop_connection();

    struct Impl;  // for the library
    explicit Socket(std::unique_ptr<Impl> impl);
    ~Socket();
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    Impl& impl() const { return *impl_; }

private:
    HandlerId add_handler(std::string_view event, Handler handler, bool once);
    std::unique_ptr<Impl> impl_;
};

}  // namespace homeroom::socketio
