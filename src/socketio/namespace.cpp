#include "homeroom/socketio/namespace.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "base/log.h"
#include "hub/hub.h"
#include "socketio/cluster.h"
#include "socketio/emitter_state.h"
#include "socketio/namespace_impl.h"
#include "socketio/pack.h"
#include "socketio/socket_impl.h"

namespace homeroom::socketio {

// --- The handle ----------------------------------------------------------------------------------

const std::string& Namespace::name() const {
    return impl_->name;
}

void Namespace::use(Middleware middleware) const {
    impl_->middlewares.add(std::move(middleware));
}

void Namespace::on_connection(ConnectionHandler handler) const {
    impl_->connection_handlers.add(std::move(handler));
}

void Namespace::on_room_event(std::function<void(const RoomEvent&)> handler) const {
    impl_->room_handlers.add(std::move(handler));
}

Emitter Namespace::everyone() const {
    return Emitter{std::make_shared<const Emitter::State>(
        Emitter::State{.nsp = impl_, .to = {.nsp = impl_->name, .everyone = true}})};
}

bool Namespace::emit_values(std::string_view event, const Values& arguments,
                            BroadcastAnswersHandler on_answers) const {
    return everyone().emit_values(event, arguments, std::move(on_answers));
}

void Namespace::fetch_sockets(std::function<void(RemoteSockets)> done) const {
    everyone().fetch_sockets(std::move(done));
}

void Namespace::sockets_join(const Rooms& rooms) const {
    everyone().sockets_join(rooms);
}

void Namespace::sockets_leave(const Rooms& rooms) const {
    everyone().sockets_leave(rooms);
}

void Namespace::disconnect_sockets(bool close) const {
    everyone().disconnect_sockets(close);
}

std::size_t Namespace::socket_count() const {
    return impl_->admitted;
}

void Namespace::with_socket(const std::string& id, std::function<void(Socket&)> task) const {
    impl_->with_socket(id, std::move(task));
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): as the public header has it
void Namespace::emit_to_servers(std::string_view event, Values arguments,
                                NodeAnswersHandler done) const {
    if (Cluster* cluster = impl_->core->cluster()) {
        cluster->emit_to_servers(*impl_, event, arguments, std::move(done));
    } else if (done) {
        done({});
    }
}

void Namespace::on_server_event(std::string_view event,
                                std::function<void(const ServerEvent&)> handler) const {
    impl_->server_handlers.add({std::string{event}, std::move(handler)});
}

void ParentNamespace::use(Middleware middleware) const {
    impl_->middlewares.add(std::move(middleware));
}

void ParentNamespace::on_connection(ConnectionHandler handler) const {
    impl_->connection_handlers.add(std::move(handler));
}

bool ParentNamespace::emit_values(std::string_view event, const Values& arguments) const {
    std::vector<std::shared_ptr<Namespace::Impl>> children;
    {
        const std::lock_guard lock(impl_->mutex);
        for (const auto& child : impl_->children) {
            if (auto alive = child.lock()) children.push_back(std::move(alive));
        }
    }
    return std::ranges::all_of(children, [&](const auto& child) {
        return Namespace{child}.emit_values(event, arguments);
    });
}

// --- Its life ------------------------------------------------------------------------------------

Namespace::Impl::Impl(std::shared_ptr<Core> owner, std::string its_name, bool child)
    : core(std::move(owner)), name(std::move(its_name)), is_child(child) {}

Namespace::Impl::~Impl() = default;

void Namespace::Impl::prepare() {
    const Options& options = core->options();
    if (options.recovery) {
        log = std::make_unique<RecoveryLog>(*options.recovery, options.loops,
                                            options.ping_interval + options.ping_timeout,
                                            core->framing());
    }
    loops_.resize(options.loops);
}

void Namespace::Impl::end() {
    middlewares.end();
    connection_handlers.end();
    room_handlers.end();
    server_handlers.end();
}

void Namespace::Impl::load(const Json& saved) {
    if (!log->load(saved))
        log::error("socketio: what was saved for recovery is damaged nsp={}", name);
    for (LoopState& loop : loops_) loop.applied = loop.handed_in = log->head();
}

// --- Sending -------------------------------------------------------------------------------------

std::optional<Outgoing> Namespace::Impl::outgoing(const hub::Selection& to, std::string_view event,
                                                  const Values& arguments,
                                                  const EmitFlags& flags) const {
    if (is_reserved(event)) return std::nullopt;
    auto packed = pack(arguments);
    if (!packed || packed->attachments.size() > core->options().limits.attachments)
        return std::nullopt;
    return Outgoing{to, std::string{event}, std::move(*packed), flags};
}

bool Namespace::Impl::emit(const hub::Selection& to, std::string_view event,
                           const Values& arguments, const EmitFlags& flags,
                           BroadcastAnswersHandler on_answers) {
    auto made = outgoing(to, event, arguments, flags);
    if (!made) return false;
    Cluster* cluster = flags.local ? nullptr : core->cluster();
    if (on_answers) {
        if (cluster != nullptr) {
            cluster->ask(*this, *made, std::move(on_answers));
        } else {
            ask(*made, [done = std::move(on_answers)](std::vector<hub::BroadcastAnswer> answers) {
                done({.answers = unpack(std::move(answers))});
            });
        }
        return true;
    }
    if (cluster != nullptr) cluster->broadcast(*made);
    deliver(std::make_shared<const Outgoing>(std::move(*made)));
    return true;
}

namespace {

hub::Delivery delivery_of(const EmitFlags& flags) {
    return flags.is_volatile ? hub::Delivery::may_drop : hub::Delivery::must_arrive;
}

hub::Compress compress_of(const EmitFlags& flags) {
    return flags.compress ? hub::Compress::yes : hub::Compress::no;
}

// `offset` behind the arguments where there is one.
hub::Message encode(const hub::Encoder& encoder, const Outgoing& outgoing,
                    std::string_view offset) {
    std::vector<std::string_view> arguments = views_of(outgoing.arguments.json);
    const std::string quoted = '"' + std::string{offset} + '"';
    if (!offset.empty()) arguments.emplace_back(quoted);
    return encoder.event(
        outgoing.to.nsp, outgoing.event, arguments,
        {.attachments = outgoing.arguments.attachments, .compress = compress_of(outgoing.flags)});
}

}  // namespace

void Namespace::Impl::deliver(const std::shared_ptr<const Outgoing>& outgoing) {
    hub::Server* hubs = core->hubs();
    if (hubs == nullptr) return;  // nobody is connected
    if (outgoing_listeners > 0) {
        hubs->run_everywhere([self = shared_from_this(), outgoing](hub::Hub& hub) {
            self->notify_outgoing(hub, *outgoing);
        });
    }
    if (log != nullptr) return append_to_log(*hubs, outgoing);
    hubs->broadcast({.to = outgoing->to,
                     .message = encode(hubs->encoder(), *outgoing, {}),
                     .delivery = delivery_of(outgoing->flags)});
}

void Namespace::Impl::append_to_log(hub::Server& hubs,
                                    const std::shared_ptr<const Outgoing>& outgoing) {
    const auto& texts = outgoing->arguments.json;
    const bool ends_in_text = !texts.empty() && texts.back().starts_with('"');
    const auto to_wake = log->append(
        outgoing->to, delivery_of(outgoing->flags), ends_in_text,
        [&](std::string_view offset) { return encode(hubs.encoder(), *outgoing, offset); });
    wake(hubs, to_wake);
}

void Namespace::Impl::everywhere(const RecoveryLog::Task& task) {
    hub::Server* hubs = core->hubs();
    if (hubs == nullptr) return;
    if (log == nullptr) return hubs->run_everywhere(task);
    wake(*hubs, log->append(task));
}

void Namespace::Impl::wake(hub::Server& hubs, const std::vector<std::size_t>& to_wake) {
    hub::Hub* own = hubs.own_hub();
    for (const std::size_t loop : to_wake) {
        if (own != nullptr && own->loop_index() == loop) continue;
        hubs.post(loop, [self = shared_from_this()](hub::Hub& hub) { self->catch_up(hub); });
    }
    // At once, so that what the caller sends in other ways keeps its place behind it.
    if (own != nullptr) catch_up(*own);
}

void Namespace::Impl::catch_up(hub::Hub& hub) {
    const std::size_t index = hub.loop_index();
    LoopState& loop = loops_[index];
    // A delivery may end a socket, whose handlers send: that is delivered below, in its turn.
    if (loop.catching_up) return;
    loop.catching_up = true;
    loop.applied = delivered(hub);
    loop.handed_in_during = hub.delivery_now();
    for (auto batch = log->take(index); !batch.empty(); batch = log->take(index)) {
        for (const RecoveryLog::Step& step : batch) {
            if (const auto* task = std::get_if<RecoveryLog::Task>(&step)) {
                (*task)(hub);
                continue;
            }
            const auto& broadcast = std::get<RecoveryLog::BroadcastPtr>(step);
            hub.deliver(broadcast);
            // At once: how far the order has come decides what is missed by whom.
            hub.settle();
            if (broadcast->seq != 0) loop.handed_in = broadcast->seq;
        }
    }
    loop.catching_up = false;
}

std::uint64_t Namespace::Impl::delivered(const hub::Hub& hub) const {
    const LoopState& loop = loops_[hub.loop_index()];
    // What was handed in within a delivery (another namespace's, say) waits for its end.
    const bool waits = loop.handed_in_during != 0 && loop.handed_in_during == hub.delivery_now();
    return waits ? loop.applied : loop.handed_in;
}

void Namespace::Impl::notify_outgoing(hub::Hub& hub, const Outgoing& outgoing) const {
    const Values arguments = unpack(outgoing.arguments);
    hub.for_each_selected(outgoing.to, [&](hub::Socket& socket) {
        Attached::of(socket).impl().tell_outgoing(outgoing.event, arguments);
    });
}

void Namespace::Impl::ask(const Outgoing& outgoing, hub::BroadcastAnswers::Done done) {
    hub::Server* hubs = core->hubs();
    if (hubs == nullptr) return done({});
    if (outgoing_listeners > 0) {
        hubs->run_everywhere([self = shared_from_this(),
                              shared = std::make_shared<const Outgoing>(outgoing)](hub::Hub& hub) {
            self->notify_outgoing(hub, *shared);
        });
    }
    hubs->ask(
        {.to = outgoing.to,
         .event = outgoing.event,
         .arguments = outgoing.arguments,
         .compress = compress_of(outgoing.flags),
         .timeout = outgoing.flags.timeout.value_or(limits::broadcast_ack_timeout)},
        [done = std::move(done)](std::vector<hub::BroadcastAnswer> answers) {
            guarded("answers handler", [&] { done(std::move(answers)); });
        },
        [this](const RecoveryLog::Task& task) { everywhere(task); });
}

bool Namespace::Impl::emit_to(Socket::Impl& socket, std::string_view event, const Values& arguments,
                              const EmitFlags& flags, AnswerHandler on_answer) {
    hub::Socket& target = socket.socket;
    auto made = outgoing({.nsp = name, .rooms = {target.id()}}, event, arguments, flags);
    if (!made) return false;
    if (!on_answer && log != nullptr && target.connected()) {
        deliver(std::make_shared<const Outgoing>(std::move(*made)));
        return true;
    }
    socket.tell_outgoing(event, arguments);
    const auto texts = views_of(made->arguments.json);
    const hub::Socket::EmitOptions options{.attachments = made->arguments.attachments,
                                           .delivery = delivery_of(flags),
                                           .compress = compress_of(flags)};
    if (!on_answer) {
        target.emit(event, texts, options);
        return true;
    }
    target.emit_with_ack(event, texts, options, flags.timeout,
                         [on_answer = std::move(on_answer)](std::optional<hub::Arguments> answer) {
                             guarded("answer handler", [&] {
                                 on_answer(answer ? Answer{unpack(*answer)} : std::nullopt);
                             });
                         });
    return true;
}

// --- The sockets of this node --------------------------------------------------------------------

void Namespace::Impl::join(const hub::Selection& selection, const std::vector<std::string>& rooms) {
    everywhere([self = shared_from_this(), selection, rooms](hub::Hub& hub) {
        hub.for_each_selected(selection, [&](hub::Socket& socket) {
            for (const std::string& room : rooms) self->join(socket, room);
        });
    });
}

void Namespace::Impl::leave(const hub::Selection& selection,
                            const std::vector<std::string>& rooms) {
    everywhere([self = shared_from_this(), selection, rooms](hub::Hub& hub) {
        hub.for_each_selected(selection, [&](hub::Socket& socket) {
            for (const std::string& room : rooms) self->leave(socket, room);
        });
    });
}

void Namespace::Impl::disconnect(const hub::Selection& selection, bool close) {
    everywhere([selection, close](hub::Hub& hub) {
        hub.for_each_selected(selection,
                              [close](hub::Socket& socket) { socket.disconnect(close); });
    });
}

void Namespace::Impl::fetch(const hub::Selection& selection,
                            std::function<void(std::vector<RemoteSocket>)> done) {
    if (core->hubs() == nullptr) return done({});
    struct Found {
        std::mutex mutex{};
        std::vector<RemoteSocket> sockets{};  // guarded by mutex
    };
    const auto found = std::make_shared<Found>();
    core->gather(
        [selection, found](hub::Hub& hub) {
            std::vector<RemoteSocket> here;
            hub.for_each_selected(selection, [&](hub::Socket& socket) {
                const Socket::Impl& impl = Attached::of(socket).impl();
                here.push_back({.id = socket.id(),
                                .rooms = socket.rooms(),
                                .data = impl.data,
                                .handshake = as_json(impl.handshake)});
            });
            const std::lock_guard lock(found->mutex);
            std::ranges::move(here, std::back_inserter(found->sockets));
        },
        [found, done = std::move(done)] {
            guarded("fetched-sockets handler", [&] { done(std::move(found->sockets)); });
        });
}

void Namespace::Impl::with_socket(const std::string& id, std::function<void(Socket&)> task) {
    hub::Server* hubs = core->hubs();
    if (hubs == nullptr) return;
    hubs->run_everywhere(
        [selection = hub::Selection{.nsp = name, .rooms = {id}}, id,
         shared = std::make_shared<std::function<void(Socket&)>>(std::move(task))](hub::Hub& hub) {
            hub.for_each_selected(selection, [&](hub::Socket& socket) {
                if (socket.id() != id) return;  // a guest in its room
                guarded("socket task", [&] { (*shared)(Attached::of(socket)); });
            });
        });
}

void Namespace::Impl::on_server_event(const ServerEvent& event) const {
    const auto handlers = server_handlers.get();
    for (const auto& [wanted, handler] : *handlers) {
        if (wanted == event.name()) guarded("server-event handler", [&] { handler(event); });
    }
}

// --- Rooms ---------------------------------------------------------------------------------------

void Namespace::Impl::join(hub::Socket& socket, const std::string& room) {
    socket.hub().settle();  // which may end it
    if (socket.is_gone() || socket.is_in(room)) return;
    if (socket.room_count() >= core->options().limits.rooms_per_socket) {
        if (!warned_of_rooms_.test_and_set())
            log::warn("socketio: a socket is in as many rooms as may be nsp={}", name);
        return;
    }
    socket.join(room);
    Socket::Impl& impl = Attached::of(socket).impl();
    if (log != nullptr) impl.room_since.try_emplace(room, delivered(socket.hub()));
    // What it joins before it is let in is told then.
    if (impl.is_announced) tell_rooms(RoomEvent::Kind::joined, room, socket.id());
}

void Namespace::Impl::leave(hub::Socket& socket, const std::string& room) {
    socket.hub().settle();  // which may end it
    if (!socket.is_in(room)) return;
    socket.leave(room);
    Socket::Impl& impl = Attached::of(socket).impl();
    if (const auto since = impl.room_since.extract(room)) {
        if (impl.ended_stays.size() == limits::ended_stays_max) impl.ended_stays.pop_front();
        impl.ended_stays.push_back(
            {.room = room, .since = since.mapped(), .until = delivered(socket.hub())});
    }
    if (impl.is_announced) tell_rooms(RoomEvent::Kind::left, room, socket.id());
}

void Namespace::Impl::tell_rooms(RoomEvent::Kind kind, const std::string& room,
                                 const std::string& socket_id) {
    const auto listeners = room_handlers.get();
    if (listeners->empty()) return;
    const auto tell = [&](RoomEvent::Kind what, const std::string& who) {
        for (const auto& listener : *listeners)
            guarded("room handler", [&] { listener({what, room, who}); });
    };
    bool created = false;
    bool deleted = false;
    {
        const std::lock_guard lock(rooms_mutex_);
        if (kind == RoomEvent::Kind::joined) {
            created = room_sizes_[room]++ == 0;
        } else if (const auto found = room_sizes_.find(room); found != room_sizes_.end()) {
            deleted = --found->second == 0;
            if (deleted) room_sizes_.erase(found);
        }
    }
    if (created) tell(RoomEvent::Kind::created, {});
    tell(kind, socket_id);
    if (deleted) tell(RoomEvent::Kind::deleted, {});
}

}  // namespace homeroom::socketio
