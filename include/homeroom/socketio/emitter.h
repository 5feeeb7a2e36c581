// Sending: to one socket, or to the sockets of rooms. An Emitter is a plain value that says to whom
// and how; each of its operators gives a new one. Any thread.
//
//     io.to("class-7").except("class-7/staff").emit("quiz", questions);
//     socket.broadcast().volatile_().emit("cursor", x, y);
//     io.in("class-7").timeout(2s).emit("ready?", [](const BroadcastAnswers& all) { … });
#pragma once

#include <chrono>
#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "homeroom/socketio/rooms.h"
#include "homeroom/socketio/value.h"

namespace homeroom::socketio {

class Socket;

// What one client answered; nothing when it did not in time, or has gone.
using Answer = std::optional<Values>;
// Runs on the socket's loop, and before its disconnect handlers: it may refer to the socket.
using AnswerHandler = std::function<void(Answer)>;

struct BroadcastAnswer {
    std::string socket_id{};
    Answer answer{};
};
// What all of them answered. It is complete as soon as each has answered or left.
struct BroadcastAnswers {
    std::vector<BroadcastAnswer> answers{};
    std::vector<std::string> missing_nodes{};  // that did not report in time
};
// Runs on one of the server's loops, perhaps when the socket that asked has gone: it must not refer
// to a Socket. When the server does not run it is called at once, with nothing.
using BroadcastAnswersHandler = std::function<void(BroadcastAnswers)>;

// A socket of any node, as it was when asked.
struct RemoteSocket {
    std::string id{};
    std::vector<std::string> rooms{};
    Json data{};
    Json handshake{};
    std::string node{};  // as its link was told (ClusterLink::open); empty: this one
};
struct RemoteSockets {
    std::vector<RemoteSocket> sockets{};
    std::vector<std::string> missing_nodes{};
};

struct EmitFlags {
    bool is_volatile = false;
    bool compress = true;
    bool local = false;  // this node only
    std::optional<std::chrono::milliseconds> timeout{};
};

// What every sender has: emit(event, arguments…), with a handler of the answer behind them if one
// is wanted. False when the event can't be sent: its name is reserved ("connect", "disconnect", …),
// or it has more attachments than clients take.
template <typename Self, typename OnAnswer>
class Emits {
public:
    template <typename... Arguments>
    bool emit(std::string_view event, Arguments&&... arguments) const {
        constexpr std::size_t count = sizeof...(Arguments);
        auto all = std::forward_as_tuple(std::forward<Arguments>(arguments)...);
        if constexpr (count > 0) {
            using Last = std::tuple_element_t<count - 1, std::tuple<Arguments...>>;
            if constexpr (std::is_constructible_v<OnAnswer, Last> &&
                          !std::is_constructible_v<Value, Last>) {
                return self().emit_values(event, values(all, std::make_index_sequence<count - 1>{}),
                                          OnAnswer(std::get<count - 1>(all)));
            } else {
                static_assert(std::is_constructible_v<Value, Last>,
                              "the last argument is neither a value nor a handler of the answer: "
                              "one socket's takes a const Answer&, several sockets' a const "
                              "BroadcastAnswers&");
                return self().emit_values(event, values(all, std::make_index_sequence<count>{}));
            }
        } else {
            return self().emit_values(event, Values{});
        }
    }

private:
    const Self& self() const { return static_cast<const Self&>(*this); }
    template <typename Tuple, std::size_t... Indices>
    static Values values(Tuple& all, std::index_sequence<Indices...>) {
        using All = std::remove_reference_t<Tuple>;
        return Values{
            Value(std::forward<std::tuple_element_t<Indices, All>>(std::get<Indices>(all)))...};
    }
};

class Emitter : public Emits<Emitter, BroadcastAnswersHandler> {
public:
    // To those in any of the rooms added. An Emitter to which none was added is for the whole
    // namespace; one with an empty list of rooms is for nobody.
    Emitter to(const Rooms& rooms) const;
    Emitter in(const Rooms& rooms) const { return to(rooms); }
    // But not to those in any of these. A socket is alone in the room of its own id.
    Emitter except(const Rooms& rooms) const;
    // Left out for clients that can't take it at once.
    Emitter volatile_() const;
    Emitter compress(bool compress) const;
    Emitter local() const;
    // How long answers are awaited; 5 s when nothing is said.
    Emitter timeout(std::chrono::milliseconds timeout) const;

    bool emit_values(std::string_view event, const Values& arguments,
                     BroadcastAnswersHandler on_answers = {}) const;

    // --- The sockets themselves, on all nodes. `done` runs as a BroadcastAnswersHandler does; a
    // node that has not reported after 5 s is missing.
    void fetch_sockets(std::function<void(RemoteSockets)> done) const;
    void sockets_join(const Rooms& rooms) const;
    void sockets_leave(const Rooms& rooms) const;
    // `close`: with their whole connections.
    void disconnect_sockets(bool close = false) const;

    struct State;  // for the library
    explicit Emitter(std::shared_ptr<const State> state) : state_(std::move(state)) {}

private:
    Emitter with(const std::function<void(State&)>& change) const;
    std::shared_ptr<const State> state_;
};

// To one socket, with flags. Valid as long as the socket; on its loop.
class SocketEmitter : public Emits<SocketEmitter, AnswerHandler> {
public:
    SocketEmitter(const Socket& socket, EmitFlags flags) : socket_(&socket), flags_(flags) {}

    SocketEmitter volatile_() const {
        SocketEmitter next = *this;
        next.flags_.is_volatile = true;
        return next;
    }
    SocketEmitter compress(bool compress) const {
        SocketEmitter next = *this;
        next.flags_.compress = compress;
        return next;
    }
    SocketEmitter timeout(std::chrono::milliseconds timeout) const {
        SocketEmitter next = *this;
        next.flags_.timeout = timeout;
        return next;
    }
    // The others, with the same flags.
    Emitter broadcast() const;
    Emitter to(const Rooms& rooms) const;

    bool emit_values(std::string_view event, const Values& arguments,
                     AnswerHandler on_answer = {}) const;

private:
    const Socket* socket_;
    EmitFlags flags_;
};

}  // namespace homeroom::socketio
