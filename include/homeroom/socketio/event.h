// What a client sent, the right to answer it, and the handlers that take it.
//
// A handler may take the event as it is,
//
//     socket.on("move", [](Socket& client, const Event& event) { … });
//
// or its arguments, converted; a Socket& first and an Ack last if it likes:
//
//     socket.on("move", [](Socket& client, int x, std::optional<int> y, Ack ack) { … });
//
// An argument that is missing or of another type is the client's error: the handler is not called,
// and the socket's error handlers are told.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "homeroom/socketio/value.h"

namespace homeroom::socketio {

class Socket;

// Answers one event, once; nothing happens when the client did not ask, or has gone. Copies answer
// the same event. Any thread.
class Ack {
public:
    Ack() = default;
    bool wanted() const { return state_ != nullptr; }  // the client waits for an answer

    template <typename... Arguments>
    void operator()(Arguments&&... arguments) const {
        send(Values{Value(std::forward<Arguments>(arguments))...});
    }
    void send(const Values& values) const;

    struct State;  // for the library
    explicit Ack(std::shared_ptr<State> state) : state_(std::move(state)) {}

private:
    std::shared_ptr<State> state_{};
};

// It refers to its socket: a copy must not outlive the handler that was given the event. What is
// wanted later is to be taken out of it.
class Event {
public:
    Event(Socket& socket, std::string name, Values arguments, Ack ack)
        : socket_(socket),
          name_(std::move(name)),
          arguments_(std::move(arguments)),
          ack_(std::move(ack)) {}

    Socket& socket() const { return socket_; }
    const std::string& name() const { return name_; }
    const Values& arguments() const { return arguments_; }
    std::size_t size() const { return arguments_.size(); }
    // Null beyond the last.
    const Value& operator[](std::size_t index) const;
    const Ack& ack() const { return ack_; }

private:
    Socket& socket_;
    std::string name_;
    Values arguments_;
    Ack ack_;
};

// Says what is wrong with an event, or nothing.
using Complaint = std::optional<std::string>;
using Handler = std::function<Complaint(const Event&)>;

namespace detail {

template <typename T>
struct IsOptional : std::false_type {};
template <typename T>
struct IsOptional<std::optional<T>> : std::true_type {};

// How many of a handler's first parameters stand for no argument.
template <typename... Parameters>
constexpr std::size_t leading() {
    if constexpr (sizeof...(Parameters) == 0) {
        return 0;
    } else {
        return std::is_same_v<std::tuple_element_t<0, std::tuple<Parameters...>>, Socket&> ? 1 : 0;
    }
}

// Where a Socket and an Ack may stand among a handler's parameters.
template <typename... Parameters>
constexpr bool has_socket_first() {
    constexpr std::size_t sockets =
        (std::size_t{std::is_same_v<std::remove_cvref_t<Parameters>, Socket>} + ... + 0);
    return sockets == leading<Parameters...>();
}
template <typename... Parameters>
constexpr bool has_ack_last() {
    std::size_t index = 0;
    // An Ack at `index`, counted from 1, that is not the last.
    return !(
        (++index < sizeof...(Parameters) && std::is_same_v<std::remove_cvref_t<Parameters>, Ack>) ||
        ...);
}

template <typename Parameter>
struct Slot {
    using Type = std::remove_cvref_t<Parameter>;
    std::optional<Type> value{};

    bool fill(const Event& event, std::size_t index) {
        if constexpr (std::is_same_v<Type, Ack>) {
            value = event.ack();
        } else if constexpr (IsOptional<Type>::value) {
            value.emplace();
            if (index >= event.size()) return true;
            *value = event[index].template get<typename Type::value_type>();
            return value->has_value() || event[index].text() == "null";
        } else {
            if (index >= event.size()) return false;
            value = event[index].template get<Type>();
        }
        return value.has_value();
    }
    Type& take(const Event&) { return *value; }
};
template <>
struct Slot<Socket&> {
    bool fill(const Event&, std::size_t) { return true; }
    Socket& take(const Event& event) { return event.socket(); }
};

template <typename Function, typename... Parameters, std::size_t... Indices>
Complaint call(Function& function, const Event& event, std::index_sequence<Indices...>) {
    constexpr std::size_t skipped = leading<Parameters...>();
    std::tuple<Slot<Parameters>...> slots;
    std::size_t wrong = 0;  // its place, from 1
    const bool filled = ((std::get<Indices>(slots).fill(event, Indices - skipped) ||
                          (wrong = Indices + 1, false)) &&
                         ...);
    if (!filled) {
        return "argument " + std::to_string(wrong - skipped) + " of \"" + event.name() +
               "\" is missing or of the wrong type";
    }
    function(std::get<Indices>(slots).take(event)...);
    return std::nullopt;
}

template <typename Function, typename Signature>
struct Typed;
template <typename Function, typename Result, typename... Parameters>
struct Typed<Function, std::function<Result(Parameters...)>> {
    static Handler make(Function function) {
        static_assert(has_socket_first<Parameters...>(),
                      "a handler's Socket& is its first parameter, and not const");
        static_assert(has_ack_last<Parameters...>(), "a handler's Ack is its last parameter");
        return [function = std::move(function)](const Event& event) mutable {
            return call<Function, Parameters...>(function, event,
                                                 std::index_sequence_for<Parameters...>{});
        };
    }
};

}  // namespace detail

// Any callable as a handler.
template <typename Function>
Handler make_handler(Function function) {
    if constexpr (std::is_same_v<Function, Handler>) {
        return function;
    } else if constexpr (std::is_invocable_v<Function&, Socket&, const Event&>) {
        return [function = std::move(function)](const Event& event) mutable -> Complaint {
            function(event.socket(), event);
            return std::nullopt;
        };
    } else if constexpr (std::is_invocable_v<Function&, const Event&>) {
        return [function = std::move(function)](const Event& event) mutable -> Complaint {
            function(event);
            return std::nullopt;
        };
    } else {
        using Signature = decltype(std::function{std::declval<Function>()});
        return detail::Typed<Function, Signature>::make(std::move(function));
    }
}

}  // namespace homeroom::socketio
