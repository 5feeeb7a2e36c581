#include "homeroom/socketio/socket.h"

#include <algorithm>
#include <atomic>
#include <boost/container/small_vector.hpp>
#include <utility>

#include "base/clock.h"
#include "base/log.h"
#include "hub/hub.h"
#include "socketio/emitter_state.h"
#include "socketio/pack.h"
#include "socketio/socket_impl.h"

namespace homeroom::socketio {

// --- Handshake -----------------------------------------------------------------------------------

std::string_view Handshake::header(std::string_view wanted) const {
    const auto found =
        std::ranges::find(headers, wanted, [](const auto& one) { return one.first; });
    return found == headers.end() ? std::string_view{} : found->second;
}

std::string_view Handshake::parameter(std::string_view wanted) const {
    const auto found = std::ranges::find(query, wanted, [](const auto& one) { return one.first; });
    return found == query.end() ? std::string_view{} : found->second;
}

Json as_json(const Handshake& handshake) {
    Json headers = Json::object();
    for (const auto& [name, value] : handshake.headers) headers[name] = value;
    Json query = Json::object();
    for (const auto& [name, value] : handshake.query) query[name] = value;
    const auto time = std::chrono::time_point_cast<std::chrono::milliseconds>(handshake.time);
    return Json{{"headers", std::move(headers)},
                {"time", to_rfc3339(time)},
                {"address", handshake.address},
                {"xdomain", handshake.xdomain},
                {"secure", false},
                {"issued", time.time_since_epoch().count()},
                {"url", handshake.url},
                {"query", std::move(query)},
                {"auth", handshake.auth}};
}

namespace {

// One list, in one order: the public headers don't show the hub's.
constexpr bool are_same(DisconnectReason here, hub::DisconnectReason there) {
    return static_cast<int>(here) == static_cast<int>(there);
}
static_assert(are_same(DisconnectReason::client_namespace_disconnect,
                       hub::DisconnectReason::client_namespace_disconnect));
static_assert(are_same(DisconnectReason::server_namespace_disconnect,
                       hub::DisconnectReason::server_namespace_disconnect));
static_assert(are_same(DisconnectReason::server_shutting_down,
                       hub::DisconnectReason::server_shutting_down));
static_assert(are_same(DisconnectReason::ping_timeout, hub::DisconnectReason::ping_timeout));
static_assert(are_same(DisconnectReason::transport_close, hub::DisconnectReason::transport_close));
static_assert(are_same(DisconnectReason::transport_error, hub::DisconnectReason::transport_error));
static_assert(are_same(DisconnectReason::parse_error, hub::DisconnectReason::parse_error));
static_assert(are_same(DisconnectReason::forced_close, hub::DisconnectReason::forced_close));
static_assert(are_same(DisconnectReason::forced_server_close,
                       hub::DisconnectReason::forced_server_close));
static_assert(are_same(DisconnectReason::too_slow, hub::DisconnectReason::too_slow));

}  // namespace

std::string_view to_string(DisconnectReason reason) {
    return hub::to_string(static_cast<hub::DisconnectReason>(reason));
}

// --- The socket ----------------------------------------------------------------------------------

Socket::Socket(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Socket::~Socket() = default;

Socket::Impl::~Impl() {
    nsp->outgoing_listeners -= any_outgoing.size();
}

std::string Socket::id() const {
    return impl_->socket.id();
}

Namespace Socket::nsp() const {
    return Namespace{impl_->nsp};
}

const Handshake& Socket::handshake() const {
    return impl_->handshake;
}

bool Socket::connected() const {
    return impl_->socket.connected();
}

bool Socket::recovered() const {
    return impl_->recovered;
}

bool Socket::is_polling() const {
    const engineio::Session* session = impl_->socket.session();
    return session != nullptr && session->is_polling();
}

Json& Socket::data() {
    return impl_->data;
}

// --- Handlers ------------------------------------------------------------------------------------

Socket::HandlerId Socket::add_handler(std::string_view event, Handler handler, bool once) {
    const HandlerId id = impl_->next_id++;
    impl_->handlers.push_back(
        {id, std::string{event}, std::make_shared<Handler>(std::move(handler)), once});
    return id;
}

void Socket::off(std::string_view event, HandlerId handler) {
    std::erase_if(impl_->handlers,
                  [&](const auto& one) { return one.id == handler && one.event == event; });
}

void Socket::off(std::string_view event) {
    std::erase_if(impl_->handlers, [&](const auto& one) { return one.event == event; });
}

void Socket::off() {
    impl_->handlers.clear();
}

Socket::HandlerId Socket::on_any(std::function<void(const Event&)> handler) {
    const HandlerId id = impl_->next_id++;
    impl_->any.push_back(
        {id, std::make_shared<std::function<void(const Event&)>>(std::move(handler))});
    return id;
}

Socket::HandlerId Socket::prepend_any(std::function<void(const Event&)> handler) {
    const HandlerId id = on_any(std::move(handler));
    std::ranges::rotate(impl_->any, impl_->any.end() - 1);
    return id;
}

void Socket::off_any(std::optional<HandlerId> handler) {
    std::erase_if(impl_->any, [&](const auto& one) { return !handler || one.id == *handler; });
}

Socket::HandlerId Socket::on_any_outgoing(OutgoingHandler handler) {
    const HandlerId id = impl_->next_id++;
    impl_->any_outgoing.push_back({id, std::make_shared<OutgoingHandler>(std::move(handler))});
    ++impl_->nsp->outgoing_listeners;
    return id;
}

void Socket::off_any_outgoing(std::optional<HandlerId> handler) {
    impl_->nsp->outgoing_listeners -= std::erase_if(
        impl_->any_outgoing, [&](const auto& one) { return !handler || one.id == *handler; });
}

void Socket::use(std::function<void(const Event&, Next)> middleware) {
    impl_->middlewares.push_back(std::make_shared<Impl::Middleware>(std::move(middleware)));
}

void Socket::on_error(std::function<void(const std::string&)> handler) {
    impl_->error_handlers.push_back(std::make_shared<decltype(handler)>(std::move(handler)));
}

void Socket::on_disconnecting(std::function<void(DisconnectReason)> handler) {
    impl_->disconnecting_handlers.push_back(
        std::make_shared<decltype(handler)>(std::move(handler)));
}

void Socket::on_disconnect(std::function<void(DisconnectReason)> handler) {
    impl_->disconnect_handlers.push_back(std::make_shared<decltype(handler)>(std::move(handler)));
}

// --- Sending -------------------------------------------------------------------------------------

bool Socket::emit_values(std::string_view event, const Values& arguments,
                         AnswerHandler on_answer) const {
    return impl_->nsp->emit_to(*impl_, event, arguments, EmitFlags{}, std::move(on_answer));
}

bool SocketEmitter::emit_values(std::string_view event, const Values& arguments,
                                AnswerHandler on_answer) const {
    Socket::Impl& impl = socket_->impl();
    return impl.nsp->emit_to(impl, event, arguments, flags_, std::move(on_answer));
}

Emitter Socket::broadcast() const {
    return SocketEmitter{*this, EmitFlags{}}.broadcast();
}

Emitter SocketEmitter::broadcast() const {
    const Socket::Impl& impl = socket_->impl();
    return Emitter{std::make_shared<const Emitter::State>(
        Emitter::State{.nsp = impl.nsp,
                       .to = {.nsp = impl.nsp->name, .everyone = true, .except = {socket_->id()}},
                       .flags = flags_})};
}

Emitter SocketEmitter::to(const Rooms& rooms) const {
    return broadcast().to(rooms);
}

// --- Rooms and the end ---------------------------------------------------------------------------

void Socket::join(const Rooms& rooms) {
    for (const std::string& room : rooms.names()) impl_->nsp->join(impl_->socket, room);
}

void Socket::leave(const Rooms& rooms) {
    for (const std::string& room : rooms.names()) impl_->nsp->leave(impl_->socket, room);
}

std::vector<std::string> Socket::rooms() const {
    return impl_->socket.rooms();
}

bool Socket::is_in(std::string_view room) const {
    return impl_->socket.is_in(room);
}

void Socket::disconnect(bool close) {
    impl_->socket.disconnect(close);
}

void Socket::drop_connection() {
    impl_->socket.drop_transport();
}

// --- Dispatching ---------------------------------------------------------------------------------

void Socket::Impl::dispatch(Event event) {
    const auto listeners = any;  // a listener may change the list
    for (const auto& listener : listeners) {
        guarded("any-event handler", [&] { (*listener.function)(event); });
        if (socket.is_gone()) return;
    }
    if (middlewares.empty()) return call_handlers(event);
    run_middlewares(std::make_shared<const Event>(std::move(event)),
                    std::make_shared<const Middlewares>(middlewares), 0);
}

void Socket::Impl::run_middlewares(const std::shared_ptr<const Event>& event,
                                   const std::shared_ptr<const Middlewares>& list,
                                   std::size_t index) {
    if (index == list->size()) return call_handlers(*event);
    // The socket is found anew: it may go before the middleware decides.
    const Next next{[core = nsp->core, ref = socket.ref(), event, list, index,
                     decided = std::make_shared<std::atomic_flag>()](Next::Decision decision) {
        if (decided->test_and_set()) return;
        core->with_socket(ref,
                          [event, list, index, decision = std::move(decision)](hub::Socket& found) {
                              Socket& handle = Attached::of(found);
                              Impl& impl = handle.impl();
                              if (decision.refusal)
                                  return impl.tell_error(decision.refusal->message);
                              const auto first = [&] {
                                  if (decision.first) decision.first(handle);
                              };
                              if (!guarded("event middleware", first))
                                  return impl.tell_error("internal error");
                              if (!found.is_gone()) impl.run_middlewares(event, list, index + 1);
                          });
    }};
    if (!guarded("event middleware", [&] { (*(*list)[index])(*event, next); }))
        next(Refusal{"internal error"});
}

void Socket::Impl::call_handlers(const Event& event) {
    boost::container::small_vector<std::shared_ptr<Handler>, 2> meant;
    bool once = false;
    for (const NamedEntry& entry : handlers) {
        if (entry.event != event.name()) continue;
        meant.push_back(entry.handler);
        once = once || entry.once;
    }
    if (once) {
        std::erase_if(handlers, [&](const NamedEntry& entry) {
            return entry.once && entry.event == event.name();
        });
    }
    for (const auto& handler : meant) {
        if (socket.is_gone()) return;
        Complaint complaint;
        guarded("event handler", [&] { complaint = (*handler)(event); });
        if (complaint) tell_error(*complaint);
    }
}

void Socket::Impl::tell_error(const std::string& message) const {
    if (error_handlers.empty()) log::debug("socketio: socket={} {}", socket.id(), message);
    call("error handler", error_handlers, message);
}

void Socket::Impl::tell_outgoing(std::string_view event, const Values& arguments) const {
    const auto listeners = any_outgoing;
    for (const auto& listener : listeners)
        guarded("outgoing handler", [&] { (*listener.function)(event, arguments); });
}

}  // namespace homeroom::socketio
