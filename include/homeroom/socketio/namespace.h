// A namespace: who is let in, what happens then, and sending to all in it. Handles are cheap to
// copy and name the same namespace. Any thread, but set the handlers up before the server starts,
// or from within handlers.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "homeroom/socketio/emitter.h"
#include "homeroom/socketio/event.h"
#include "homeroom/socketio/socket.h"

namespace homeroom::socketio {

using Middleware = std::function<void(Socket& socket, Next next)>;
using ConnectionHandler = std::function<void(Socket& socket)>;

// What happens to rooms, for whoever keeps account of them. With several loops a room is created
// when its first member joins on any of them, and deleted when the last has left on all.
//
// Handlers run on the loop of the socket that joins or leaves, on several at once: what one loop
// tells may come between what another does, even `created` before the `deleted` that preceded it.
// Whoever needs the true number counts `joined` and `left`.
struct RoomEvent {
    enum class Kind : std::uint8_t { created, joined, left, deleted };
    Kind kind;
    std::string room;
    std::string socket_id;  // of `joined` and `left`
};

// An event of another node, and its answer.
class ServerEvent {
public:
    ServerEvent(std::string name, Values arguments, std::function<void(const Value&)> answer)
        : name_(std::move(name)), arguments_(std::move(arguments)), answer_(std::move(answer)) {}

    const std::string& name() const { return name_; }
    const Values& arguments() const { return arguments_; }
    // To the node that asked, once; nothing happens when it did not ask.
    void answer(const Value& value) const {
        if (answer_) answer_(value);
    }

private:
    std::string name_;
    Values arguments_;
    std::function<void(const Value&)> answer_;
};

struct NodeAnswers {
    std::vector<Value> answers{};              // one of each node that answered
    std::vector<std::string> missing_nodes{};  // those that did not in time
};
using NodeAnswersHandler = std::function<void(NodeAnswers)>;

class Namespace : public Emits<Namespace, BroadcastAnswersHandler> {
public:
    const std::string& name() const;

    // --- Who comes in. Middlewares run one after the other; the first refusal is the answer.
    void use(Middleware middleware) const;
    void on_connection(ConnectionHandler handler) const;
    void on_room_event(std::function<void(const RoomEvent&)> handler) const;

    // --- Sending to everybody in it, on all nodes: emit(event, arguments…, on_answers?).
    Emitter to(const Rooms& rooms) const { return everyone().to(rooms); }
    Emitter in(const Rooms& rooms) const { return to(rooms); }
    Emitter except(const Rooms& rooms) const { return everyone().except(rooms); }
    Emitter volatile_() const { return everyone().volatile_(); }
    Emitter compress(bool compress) const { return everyone().compress(compress); }
    Emitter local() const { return everyone().local(); }
    Emitter timeout(std::chrono::milliseconds timeout) const { return everyone().timeout(timeout); }
    template <typename... Arguments>
    bool send(Arguments&&... arguments) const {
        return this->emit("message", std::forward<Arguments>(arguments)...);
    }
    bool emit_values(std::string_view event, const Values& arguments,
                     BroadcastAnswersHandler on_answers = {}) const;

    void fetch_sockets(std::function<void(RemoteSockets)> done) const;
    void sockets_join(const Rooms& rooms) const;
    void sockets_leave(const Rooms& rooms) const;
    void disconnect_sockets(bool close = false) const;
    std::size_t socket_count() const;  // that were let in, on this node
    // The socket of this id, on its loop, now or soon. Not called when there is none on this node,
    // or it was not let in yet.
    void with_socket(const std::string& id, std::function<void(Socket&)> task) const;

    // --- Talking to the other nodes' servers; see cluster.h.
    template <typename... Arguments>
    void server_side_emit(std::string_view event, Arguments&&... arguments) const {
        emit_to_servers(event, Values{Value(std::forward<Arguments>(arguments))...}, {});
    }
    // `done` runs on one of the server's loops once each node has answered, or after 5 s; without
    // other nodes at once.
    void emit_to_servers(std::string_view event, Values arguments, NodeAnswersHandler done) const;
    // The handler runs on one of the server's loops.
    void on_server_event(std::string_view event,
                         std::function<void(const ServerEvent&)> handler) const;

    struct Impl;  // for the library
    explicit Namespace(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
    Impl& impl() const { return *impl_; }

private:
    Emitter everyone() const;
    std::shared_ptr<Impl> impl_;
};

// The template of namespaces that come into being when a client asks for them. What is set here is
// copied into each new one.
class ParentNamespace {
public:
    void use(Middleware middleware) const;
    void on_connection(ConnectionHandler handler) const;
    // To everybody in every one of them.
    template <typename... Arguments>
    bool emit(std::string_view event, Arguments&&... arguments) const {
        return emit_values(event, Values{Value(std::forward<Arguments>(arguments))...});
    }
    bool emit_values(std::string_view event, const Values& arguments) const;

    struct Impl;  // for the library
    explicit ParentNamespace(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

private:
    std::shared_ptr<Impl> impl_;
};

}  // namespace homeroom::socketio
