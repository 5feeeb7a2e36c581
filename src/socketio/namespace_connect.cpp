// How a socket comes into a namespace, what it says there, and how it goes.

#include <algorithm>
#include <atomic>
#include <utility>

#include "base/ascii.h"
#include "base/log.h"
#include "hub/hub.h"
#include "socketio/ack_state.h"
#include "socketio/namespace_impl.h"
#include "socketio/pack.h"
#include "socketio/socket_impl.h"

namespace homeroom::socketio {
namespace {

Handshake handshake_of(const hub::Socket& socket, std::string_view auth) {
    Handshake handshake;
    const hub::Handshake& given = socket.handshake();
    handshake.address = given.peer_address.text();
    if (given.request != nullptr) {
        handshake.url = given.request->url;
        handshake.query = given.request->query;
        handshake.time = given.request->time;
        for (const net::HttpHeader& header : given.request->headers) {
            std::string name = ascii::lower(header.name);
            handshake.xdomain = handshake.xdomain || name == "origin";
            handshake.headers.emplace_back(std::move(name), header.value);
        }
    }
    if (!auth.empty()) {
        handshake.auth_as_sent = Value::raw(std::string{auth});
        handshake.auth = handshake.auth_as_sent.json();
    }
    return handshake;
}

std::string text_of(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

bool is_v4(const hub::Socket& socket) {
    return socket.session()->revision() == engineio::Revision::eio3;
}

const Refusal internal_error{"internal error"};

// Whether a client that went so may go on.
bool is_recoverable(hub::DisconnectReason reason) {
    switch (reason) {
        case hub::DisconnectReason::client_namespace_disconnect:
        case hub::DisconnectReason::server_namespace_disconnect:
        case hub::DisconnectReason::parse_error: return false;
        case hub::DisconnectReason::server_shutting_down:
        case hub::DisconnectReason::ping_timeout:
        case hub::DisconnectReason::transport_close:
        case hub::DisconnectReason::transport_error:
        case hub::DisconnectReason::forced_close:
        case hub::DisconnectReason::forced_server_close:
        case hub::DisconnectReason::too_slow: return true;
    }
    return false;
}

}  // namespace

// --- Coming --------------------------------------------------------------------------------------

void Namespace::Impl::on_connect(hub::Socket& socket, std::string_view auth) {
    ++sockets;
    socket.set_data(std::make_unique<Attached>(socket, *this));
    Socket& handle = Attached::of(socket);
    handle.impl().handshake = handshake_of(socket, auth);
    const Json& given = handle.impl().handshake.auth;
    const std::string private_id = text_of(given, "pid");
    if (log == nullptr || private_id.empty()) return begin(socket);
    claim_session(handle, private_id, text_of(given, "offset"));
}

void Namespace::Impl::claim_session(Socket& socket, const std::string& private_id,
                                    std::string_view offset) {
    const auto done = [self = shared_from_this(), ref = socket.impl().socket.ref()](
                          std::optional<RecoveryLog::Resumed> resumed) {
        const auto shared = std::make_shared<decltype(resumed)>(std::move(resumed));
        self->core->with_socket(
            ref,
            [self, shared](hub::Socket& found) {
                Attached::of(found).impl().resumed = std::move(*shared);
                self->begin(found);
            },
            [self, shared] {
                if (*shared) self->log->give_back(std::move(**shared));
            });
    };
    log->claim(private_id, offset, done, [this](hub::SocketRef owner) {
        core->with_socket(owner, [](hub::Socket& found) { found.drop_transport(); });
    });
}

void Namespace::Impl::begin(hub::Socket& socket) {
    const Socket::Impl& impl = Attached::of(socket).impl();
    if (impl.resumed && core->options().recovery->skip_middlewares) return admit(socket);
    run_middlewares(socket, middlewares.get(), 0);
}

void Namespace::Impl::run_middlewares(hub::Socket& socket, const Middlewares& list,
                                      std::size_t index) {
    if (index == list->size()) return admit(socket);
    const auto decided = std::make_shared<std::atomic_flag>();
    // The socket is found anew: it may go before the middleware decides.
    const Next next{[self = shared_from_this(), ref = socket.ref(), list, index,
                     decided](Next::Decision decision) {
        if (decided->test_and_set()) return;
        self->core->with_socket(
            ref, [self, list, index, decision = std::move(decision)](hub::Socket& found) {
                if (decision.refusal) return self->refuse(found, *decision.refusal);
                const auto first = [&] {
                    if (decision.first) decision.first(Attached::of(found));
                };
                const bool fine = guarded("middleware", first);
                if (found.is_gone()) return;
                if (!fine) return self->refuse(found, internal_error);
                self->run_middlewares(found, list, index + 1);
            });
    }};
    if (!guarded("middleware", [&] { (*list)[index](Attached::of(socket), next); }))
        next(internal_error);
}

void Namespace::Impl::refuse(hub::Socket& socket, const Refusal& refusal) {
    socket.refuse(refusal.message, refusal.data ? Value{*refusal.data}.text() : std::string{});
    one_socket_less();
}

void Namespace::Impl::admit(hub::Socket& socket) {
    if (socket.hub().delivery_now() != 0) {
        // Whom that is for has been decided, and how far the order has come has not.
        core->hubs()->post(socket.ref().loop,
                           [self = shared_from_this(), ref = socket.ref()](hub::Hub& hub) {
                               if (hub::Socket* found = hub.find(ref)) self->admit(*found);
                           });
        return;
    }
    Socket& handle = Attached::of(socket);
    Socket::Impl& impl = handle.impl();
    // What is on its way to this loop was sent before this client was there.
    if (log != nullptr) catch_up(socket.hub());
    socket.hub().settle();
    if (socket.is_gone()) return;  // which ended another, whose handlers ended this one
    auto missed = missed_by(handle);
    if (impl.resumed && !missed) {
        // It begins anew: whoever had let it in before has not let this session in.
        impl.resumed.reset();
        if (core->options().recovery->skip_middlewares)
            return run_middlewares(socket, middlewares.get(), 0);
    }
    impl.admitted = true;
    was_entered = true;
    ++admitted;
    if (missed) {
        admit_resumed(handle, *missed);
    } else {
        admit_new(handle);
    }
    const auto handlers = connection_handlers.get();
    for (const ConnectionHandler& handler : *handlers) {
        if (socket.is_gone()) return;
        guarded("connection handler", [&] { handler(handle); });
    }
}

void Namespace::Impl::admit_new(Socket& socket) {
    Socket::Impl& impl = socket.impl();
    if (log != nullptr && !is_v4(impl.socket)) {
        impl.admitted_at = impl.position = delivered(impl.socket.hub());
        impl.private_id = log->begin({}, socket.id(), impl.socket.ref(), impl.position);
        impl.socket.set_floor(impl.position);
    }
    accept(socket);
}

std::optional<Namespace::Impl::Missed> Namespace::Impl::missed_by(const Socket& socket) const {
    const Socket::Impl& impl = socket.impl();
    if (!impl.resumed) return std::nullopt;
    auto missed =
        log->between(impl.resumed->after, delivered(impl.socket.hub()), impl.resumed->rooms);
    if (!missed) return std::nullopt;
    std::size_t bytes = 0;
    for (const auto& broadcast : *missed) bytes += broadcast->message.size();
    // More than it can be sent at once would end it as too slow, time and again.
    if (bytes > core->options().limits.send_queue_bytes / 2) return std::nullopt;
    return missed;
}

void Namespace::Impl::admit_resumed(Socket& socket, const Missed& missed) {
    Socket::Impl& impl = socket.impl();
    RecoveryLog::Resumed resumed = std::move(*impl.resumed);
    const std::uint64_t now = delivered(impl.socket.hub());
    impl.recovered = true;
    impl.data = std::move(resumed.data);
    impl.admitted_at = now;
    impl.position = missed.empty() ? resumed.position : missed.back()->seq;
    impl.socket.take_id(resumed.socket_id);
    impl.socket.set_floor(now);
    impl.private_id =
        log->begin(resumed.private_id, resumed.socket_id, impl.socket.ref(), resumed.position);
    // Before anything is sent, which may end it: it has its rooms then.
    for (const auto& [room, since, until] : resumed.rooms) {
        if (until != RecoveryLog::Membership::lasting) {
            impl.ended_stays.push_back({room, since, until});
            continue;
        }
        impl.room_since.emplace(room, since);
        impl.socket.join(room);
    }
    // Before the answer to its CONNECT: clients deliver it before they tell that they are back.
    for (const auto& broadcast : missed) impl.socket.send(broadcast->message);
    accept(socket);
}

void Namespace::Impl::accept(Socket& socket) {
    Socket::Impl& impl = socket.impl();
    impl.room_since.try_emplace(socket.id(), impl.admitted_at);
    impl.socket.accept(impl.private_id);
    // The answer may have been one too many for its connection: then it has left already.
    if (impl.socket.is_gone()) return;
    impl.is_announced = true;
    for (const std::string& room : impl.socket.rooms())
        tell_rooms(RoomEvent::Kind::joined, room, socket.id());
}

// --- Speaking ------------------------------------------------------------------------------------

void Namespace::Impl::on_event(hub::Socket& socket, const hub::Event& event) {
    Socket& handle = Attached::of(socket);
    Ack ack;
    if (event.ack_id)
        ack = Ack{std::make_shared<Ack::State>(shared_from_this(), socket.ref(), *event.ack_id)};
    handle.impl().dispatch(Event(handle, std::string{event.name},
                                 unpack(event.arguments, event.attachments), std::move(ack)));
}

void Namespace::Impl::on_invalid_packet(hub::Socket& socket, std::string_view words) {
    if (const Socket* handle = Attached::find(socket))
        handle->impl().tell_error(std::string{words});
}

// --- Going ---------------------------------------------------------------------------------------

void Namespace::Impl::on_disconnect(hub::Socket& socket, hub::DisconnectReason reason) {
    Socket* handle = Attached::find(socket);
    if (handle == nullptr) return;
    Socket::Impl& impl = handle->impl();
    if (!impl.admitted) {
        if (impl.resumed) log->give_back(std::move(*impl.resumed));
        return;
    }
    Socket::Impl::call("disconnecting handler", impl.disconnecting_handlers,
                       static_cast<DisconnectReason>(reason));
    impl.last_rooms = socket.rooms();
    if (impl.private_id.empty()) return;
    if (!is_recoverable(reason)) return log->forget(impl.private_id);
    const bool got_more = socket.floor() > impl.admitted_at;
    std::vector<RecoveryLog::Membership> rooms;
    rooms.reserve(impl.room_since.size() + impl.ended_stays.size());
    for (const auto& [room, since] : impl.room_since)
        rooms.push_back({.room = room, .since = since});
    // Stays in rooms that it is not in any more give it nothing.
    for (auto& stay : impl.ended_stays) {
        if (impl.room_since.contains(stay.room)) rooms.push_back(std::move(stay));
    }
    log->end(impl.private_id, {.rooms = std::move(rooms),
                               .data = impl.data,
                               .last_sent = got_more ? socket.floor() : impl.position,
                               .at = delivered(socket.hub())});
}

void Namespace::Impl::on_left(hub::Socket& socket, hub::DisconnectReason reason) {
    Socket* handle = Attached::find(socket);
    if (handle == nullptr) return;
    Socket::Impl& impl = handle->impl();
    if (impl.admitted) {
        --admitted;
        for (const std::string& room : impl.last_rooms) {
            if (impl.is_announced) tell_rooms(RoomEvent::Kind::left, room, socket.id());
        }
        Socket::Impl::call("disconnect handler", impl.disconnect_handlers,
                           static_cast<DisconnectReason>(reason));
    }
    one_socket_less();
}

void Namespace::Impl::one_socket_less() {
    const auto self = shared_from_this();
    if (--sockets == 0 && is_child) core->on_empty(*this);
}

}  // namespace homeroom::socketio
