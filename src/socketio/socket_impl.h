// What a public Socket holds. On its loop only.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "homeroom/socketio/socket.h"
#include "hub/socket.h"
#include "socketio/namespace_impl.h"
#include "socketio/recovery_log.h"

namespace homeroom::socketio {

struct Socket::Impl {
    template <typename Function>
    struct Entry {
        HandlerId id;
        std::shared_ptr<Function> function;
    };
    struct NamedEntry {
        HandlerId id;
        std::string event;
        std::shared_ptr<Handler> handler;
        bool once;
    };
    template <typename Argument>
    using Listeners = std::vector<std::shared_ptr<std::function<void(Argument)>>>;
    using Middleware = std::function<void(const Event&, Next)>;
    using Middlewares = std::vector<std::shared_ptr<Middleware>>;

    hub::Socket& socket;
    const std::shared_ptr<Namespace::Impl> nsp;
    // What every event needs comes first: it is asked for ahead (Attached::touched).
    std::vector<NamedEntry> handlers{};
    std::vector<Entry<std::function<void(const Event&)>>> any{};
    Middlewares middlewares{};
    std::vector<Entry<OutgoingHandler>> any_outgoing{};
    HandlerId next_id = 1;

    Handshake handshake{};
    Json data = nullptr;
    bool admitted = false;
    bool is_announced = false;  // to those who keep account of rooms
    bool recovered = false;

    Listeners<const std::string&> error_handlers{};
    Listeners<DisconnectReason> disconnecting_handlers{};
    Listeners<DisconnectReason> disconnect_handlers{};

    // --- Recovery.
    std::optional<RecoveryLog::Resumed> resumed{};  // claimed, not yet let in
    std::string private_id{};                       // of its session; empty: it has none
    std::uint64_t admitted_at = 0;                  // how far the order had come then
    std::uint64_t position = 0;                     // the last event it had seen, or was sent then
    // Its rooms, with how far the order had come when it joined.
    std::unordered_map<std::string, std::uint64_t> room_since{};
    std::deque<RecoveryLog::Membership> ended_stays{};  // in rooms that it left
    std::vector<std::string> last_rooms{};              // between on_disconnect and on_left

    Impl(hub::Socket& its_socket, Namespace::Impl& its_namespace)
        : socket(its_socket), nsp(its_namespace.shared_from_this()) {}
    ~Impl();
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    // By a copy of the list: a listener may change it.
    template <typename Argument>
    static void call(std::string_view where, Listeners<Argument> listeners,
                     std::type_identity_t<Argument> argument) {
        for (const auto& listener : listeners) guarded(where, [&] { (*listener)(argument); });
    }

    void dispatch(Event event);
    void tell_error(const std::string& message) const;
    void tell_outgoing(std::string_view event, const Values& arguments) const;

private:
    void run_middlewares(const std::shared_ptr<const Event>& event,
                         const std::shared_ptr<const Middlewares>& list, std::size_t index);
    void call_handlers(const Event& event);
};

// The public socket as the hub's socket keeps it.
struct Attached final : hub::SocketData {
    Attached(hub::Socket& socket_of_hub, Namespace::Impl& nsp)
        : socket(std::make_unique<Socket::Impl>(socket_of_hub, nsp)) {}
    const void* touched() const override { return &socket.impl(); }
    Socket socket;

    // Of one that a namespace was asked about.
    static Socket& of(hub::Socket& socket) { return static_cast<Attached*>(socket.data())->socket; }
    // nullptr: the doorman had it when it went.
    static Socket* find(hub::Socket& socket) {
        auto* data = static_cast<Attached*>(socket.data());
        return data == nullptr ? nullptr : &data->socket;
    }
};

}  // namespace homeroom::socketio
