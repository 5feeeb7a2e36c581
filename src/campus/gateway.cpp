#include "campus/gateway.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "base/limits.h"
#include "base/log.h"
#include "campus/audience.h"
#include "campus/backlog.h"
#include "campus/fanout.h"
#include "campus/request_json.h"
#include "campus/session_event.h"
#include "campus/token_expiry.h"
#include "codec/json_scan.h"
#include "store/thrown.h"

namespace homeroom::campus {
namespace {

void refuse(hub::Socket& socket, std::string_view code, std::string_view message) {
    socket.refuse(message, Json{{"code", code}}.dump());
}

std::string text_of(const Json& object, const char* field) {
    const auto found = object.find(field);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::string token_of(const Json& auth, const hub::Handshake& handshake) {
    std::string token = text_of(auth, "token");
    return token.empty() ? std::string{identity::bearer_token(handshake.authorization.view())}
                         : token;
}

std::string_view code_of(identity::TokenFault fault) {
    switch (fault) {
        case identity::TokenFault::missing: return "token_missing";
        case identity::TokenFault::invalid: return "token_invalid";
        case identity::TokenFault::expired: return "token_expired";
    }
    return "token_invalid";
}

constexpr auto doubt_wait = std::chrono::milliseconds{20};  // about a commit

void answer(hub::Socket& socket, std::optional<std::uint64_t> ack_id, const Result<Json>& result) {
    if (!ack_id) return;
    const std::string text = to_ack(result);
    const std::string_view argument = text;
    socket.answer(*ack_id, {&argument, 1});
}

}  // namespace

Json to_json(const RoomSet& rooms) {
    return Json::parse(to_json_text(rooms));
}

// What is kept with each connected user's socket.
struct Gateway::Visitor final : hub::SocketData {
    ShortText user{};
    std::unique_ptr<RecoveryId> recovery{};   // of an earlier connection, until it is gone on with
    [[no_unique_address]] TokenTerm token{};  // `arrived` lies in what is left of its last word
    bool arrived = false;

    static Visitor& of(hub::Socket& socket) { return static_cast<Visitor&>(*socket.data()); }
};

struct Gateway::LoopPart final : net::Producer {
    LoopPart(Gateway& gateway, hub::Hub& its_hub)
        : hub(its_hub),
          surface(gateway.surface_),
          expiry(
              hub, [](hub::Socket& socket) -> TokenTerm& { return Visitor::of(socket).token; },
              [&gateway](hub::Socket& socket) { gateway.end(socket, "token_expired"); }) {}
    void produce() override { surface.submit(writes); }
    void admit_waiting() {
        for (auto& [ref, admit] : std::exchange(waiting, {})) {
            if (hub::Socket* const socket = hub.find(ref)) admit(*socket);
        }
    }

    hub::Hub& hub;
    Surface& surface;
    TokenExpiry expiry;
    Surface::Writes writes{};  // of this turn
    // At the door until their rooms are certain; each is a connection.
    std::vector<std::pair<hub::SocketRef, std::function<void(hub::Socket&)>>> waiting{};
    net::Timer door{[](void* self) { static_cast<LoopPart*>(self)->admit_waiting(); }, this};
};

Gateway::Gateway(GatewayOptions options, const identity::Verifier& verifier,
                 const Directory& directory, store::Store& store, Surface& surface,
                 RecoveryIds recovery)
    : options_(options),
      verifier_(verifier),
      directory_(directory),
      store_(store),
      surface_(surface),
      recovery_(std::move(recovery)) {
    // There is one for each connection: a word more would be two for the allocator.
    static_assert(sizeof(Visitor) <= 56);
}

Gateway::~Gateway() = default;

void Gateway::live(std::string_view name, LiveHandler handler) {
    live_.emplace(name, std::move(handler));
}

void Gateway::live_bytes(std::string_view name, LiveBytesHandler handler) {
    live_bytes_.emplace(name, std::move(handler));
}

void Gateway::attach(hub::Server& server) {
    server_ = &server;
    loops_.resize(server.loops());
    for (std::uint32_t i = 0; i < server.loops(); ++i) {
        // The first mail of each loop: before any connection.
        server.post(
            i, [this, i](hub::Hub& hub) { loops_[i] = std::make_unique<LoopPart>(*this, hub); });
    }
}

// --- Connecting ----------------------------------------------------------------------------------

// The same code however often: whoever else comes from there, and has let his token expire, must
// learn what to do.
void Gateway::refuse_token(hub::Socket& socket, std::string_view code, const std::string& message) {
    if (options_.failures == nullptr) return refuse(socket, code, message);
    const auto wait = options_.failures->take(socket.handshake().peer_address.place(),
                                              std::chrono::steady_clock::now());
    if (!wait) return refuse(socket, code, message);
    const Json data{{"code", code}, {"retryAfter", static_cast<double>(wait->count()) / 1000.0}};
    socket.refuse(message, data.dump());
}

void Gateway::on_connect(hub::Socket& socket, std::string_view auth_text) {
    if (draining_.load())
        return refuse(socket, "server_draining", "the server is about to stop; connect again");
    Json auth = Json::object();
    if (!auth_text.empty()) {
        auto parsed = parse_object(auth_text);
        if (!parsed.ok() && parsed.error().code == Code::too_large) {
            return refuse(socket, "token_invalid", "the auth payload is too deep or too large");
        }
        if (parsed.ok()) auth = std::move(*parsed);  // anything else holds no token
    }
    const auto verified = verifier_.verify(token_of(auth, socket.handshake()), wall_now());
    if (const auto* error = std::get_if<identity::TokenError>(&verified)) {
        return refuse_token(socket, code_of(error->fault), error->message);
    }
    const auto& claims = std::get<identity::Claims>(verified);
    // The verifier allows for clocks that differ; a connection that would end at once is none.
    if (claims.expires_at <= wall_now())
        return refuse(socket, "token_expired", "the token has expired");
    if (is_signed_out(claims))
        return refuse(socket, "token_expired", "the user was signed out since; sign in again");
    if (claims.service)
        return refuse(socket, "token_invalid", "a service token is for REST, not for a socket");
    auto person = directory_.person(claims.subject);
    if (!person || !person->enabled) {
        const auto certain =
            certainly(claims.subject, [&] { return directory_.person(claims.subject); });
        // A refusal is for good; this may never have been. The client comes back by itself.
        if (!certain) return socket.drop_transport();
        person = *certain;
    }
    if (!person) return refuse(socket, "user_unknown", "the token's user is not on the roster");
    if (!person->enabled) return refuse(socket, "user_disabled", "the user is disabled");
    if (!count_in(claims.subject)) {
        return refuse(socket, "too_many_connections", "this user has too many connections at once");
    }

    auto owned = std::make_unique<Visitor>();
    Visitor& visitor = *owned;
    visitor.user = ShortText{claims.subject};
    visitor.token.expires_at = claims.expires_at;
    socket.set_data(std::move(owned));

    if (const auto earlier = recovery_.read(text_of(auth, "pid"), claims.subject)) {
        visitor.recovery = std::make_unique<RecoveryId>(*earlier);
        socket.take_id(earlier->socket_id);
        // No offset: nothing had been received yet. One that is not ours: some event's own last
        // string; what the client has is then unknown, and it starts afresh below.
        const auto offset = auth.find("offset");
        const auto after = offset == auth.end() ? std::optional{earlier->start}
                                                : store::seq_from_text(text_of(auth, "offset"));
        if (after) return admit_with_backlog(socket, *after, true);
    }
    if (const auto cursor = store::seq_from_text(text_of(auth, "cursor"))) {
        return admit_with_backlog(socket, *cursor, false);
    }
    // A cursor that is not ours: the client has something, nobody knows what.
    admit_new(socket, *person, auth.contains("cursor") && !auth["cursor"].is_null());
}

void Gateway::admit_new(hub::Socket& socket, const Person& person, bool gap) {
    auto& visitor = Visitor::of(socket);
    // What is committed by now is in what the client reads next, also where its mail to this loop
    // is still on its way. The rooms are looked up after it: a change that they lack is above the
    // floor.
    const store::Seq now = store_.last_seq();
    auto certain = certain_rooms(visitor.user.view());
    if (!certain) {
        return admit_later(
            socket, [this, person, gap](hub::Socket& same) { admit_new(same, person, gap); });
    }
    const auto rooms = join_rooms(socket, std::move(*certain));
    if (!rooms) return;
    socket.set_floor(now);
    const RecoveryId recovery = recovery_.make(visitor.user.view(), now);
    socket.take_id(recovery.socket_id);
    socket.accept(recovery.text);
    send_session(socket, {.person = person, .rooms = *rooms, .cursor = now, .gap = gap});
    welcome(socket, {.through = now, .gap = gap});
}

void Gateway::admit_with_backlog(hub::Socket& socket, store::Seq after, bool recovered_by_id) {
    const auto& visitor = Visitor::of(socket);
    socket.hold(options_.replay_bytes_max / 2);
    auto certain = certain_rooms(visitor.user.view());
    if (!certain) return admit_with_backlog_later(socket, after, recovered_by_id);
    if (!join_rooms(socket, std::move(*certain))) return;
    if (!recovered_by_id)
        return fetch_backlog(socket.ref(), std::string{visitor.user.view()}, after, false);
    // Take-over: the connection that had this id ends first, on whichever loop it is, even if its
    // death was not noticed.
    socket.join(socket.id());
    server_->post_all_then(
        [id = socket.id(), self = socket.ref()](hub::Hub& hub) {
            hub.for_each_in("/", id, [&](hub::Socket& other) {
                const auto ref = other.ref();
                if (ref.loop != self.loop || ref.slot != self.slot) other.drop_transport();
            });
        },
        [this, ref = socket.ref(), user = std::string{visitor.user.view()}, after]() mutable {
            fetch_backlog(ref, std::move(user), after, true);
        });
}

void Gateway::admit_later(hub::Socket& socket, std::function<void(hub::Socket&)> admit) {
    // There a sign-out, and whoever disables him, finds him while he waits.
    socket.join(room_name(RoomKind::user, Visitor::of(socket).user.view()));
    LoopPart& here = *loops_[socket.ref().loop];
    here.waiting.emplace_back(socket.ref(), std::move(admit));
    if (!here.door.running()) here.hub.loop().start(here.door, doubt_wait);
}

// Asked behind: what was changed meanwhile is in doubt by now, is committed, or was undone.
template <class Find>
auto Gateway::certainly(std::string_view user, const Find& find) const
    -> std::optional<decltype(find())> {
    const auto undone = in_doubt_.undone();
    auto found = find();
    if (in_doubt_.has(user) || in_doubt_.undone() != undone) return std::nullopt;
    return found;
}

std::optional<RoomSet> Gateway::certain_rooms(std::string_view user) const {
    return certainly(user, [&] { return directory_.rooms_of(user); });
}

// By what is not committed he is moved when it is, or not at all.
std::vector<std::string> Gateway::committed_rooms(std::string_view user) const {
    for (;;) {
        const auto undone = in_doubt_.undone();
        const RoomSet rooms = directory_.rooms_of(user);
        if (const auto committed = in_doubt_.committed(user)) return committed->all();
        if (in_doubt_.undone() == undone) return rooms.all();
    }
}

// What was found out so far is of no use: once more, from its rooms on.
void Gateway::admit_with_backlog_later(hub::Socket& socket, store::Seq after,
                                       bool recovered_by_id) {
    admit_later(socket, [this, after, recovered_by_id](hub::Socket& same) {
        admit_with_backlog(same, after, recovered_by_id);
    });
}

std::optional<RoomSet> Gateway::join_rooms(hub::Socket& socket, RoomSet set) {
    const auto& visitor = Visitor::of(socket);
    const auto rooms = set.all();
    if (rooms.empty()) {  // disabled since a moment ago
        count_out(visitor.user.view());
        refuse(socket, "user_disabled", "the user is disabled");
        return std::nullopt;
    }
    socket.join(rooms);
    return set;
}

void Gateway::fetch_backlog(hub::SocketRef ref, std::string user, store::Seq after,
                            bool recovered_by_id) {
    const auto back_to_socket = [this, ref, recovered_by_id,
                                 undone = in_doubt_.undone()](Backlog backlog) {
        auto shared = std::make_shared<Backlog>(std::move(backlog));
        server_->post(ref.loop, [this, ref, shared, recovered_by_id, undone](hub::Hub& hub) {
            if (hub::Socket* socket = hub.find(ref))
                finish_backlog(*socket, *shared, recovered_by_id, undone);
        });
    };
    const auto owner = store::owner_of(user);
    const bool taken = store_.submit_read(
        [=, this, user = std::move(user)](Result<store::Database*> db) {
            back_to_socket(
                db.ok() ? read_backlog(**db, directory_, user, after, options_.replay_bytes_max)
                        : Backlog::none(after));
        },
        owner);
    if (!taken) back_to_socket(Backlog::none(after));
}

void Gateway::finish_backlog(hub::Socket& socket, const Backlog& backlog, bool recovered_by_id,
                             std::uint64_t undone) {
    auto& visitor = Visitor::of(socket);
    std::vector<const store::JournalEvent*> admitted;
    for (const store::JournalEvent& event : backlog.events) {
        if (momentary_.contains(event.type)) continue;
        if (Audience::from_stored(event.audience).admits(visitor.user.view(), directory_))
            admitted.push_back(&event);
    }
    const auto certain = certain_rooms(visitor.user.view());
    if (!certain || in_doubt_.undone() != undone)
        return admit_with_backlog_later(socket, backlog.after, recovered_by_id);
    // With a gap the client reloads; what it gets live begins here.
    const store::Seq floor = backlog.gap ? store_.last_seq() : backlog.through;
    const bool same_connection = recovered_by_id && !backlog.gap;
    const auto earlier = std::exchange(visitor.recovery, nullptr);
    const RecoveryId recovery =
        same_connection ? *earlier : recovery_.make(visitor.user.view(), floor);
    socket.take_id(recovery.socket_id);
    const RoomSet& rooms = *certain;
    const std::string id{visitor.user.view()};
    const Person person = directory_.person(id).value_or(Person{.id = id, .name = id});
    const auto send_backlog = [&] {
        for (const store::JournalEvent* const event : admitted)
            socket.send(message_of(*event, socket.hub().encoder()));
    };
    if (same_connection) {
        // Before the CONNECT reply, as the reference server does: clients deliver it before their
        // `connect` event.
        send_backlog();
        socket.accept(recovery.text);
        send_session(socket,
                     {.person = person, .rooms = rooms, .cursor = floor, .recovered = true});
    } else {
        socket.accept(recovery.text);
        send_session(socket, {.person = person,
                              .rooms = rooms,
                              .cursor = backlog.gap ? floor : backlog.after,
                              .recovered = !backlog.gap,
                              .gap = backlog.gap});
        send_backlog();
    }
    socket.set_floor(floor);
    socket.release();
    welcome(socket, {.presented = backlog.after, .through = floor, .gap = backlog.gap});
}

void Gateway::send_session(hub::Socket& socket, SessionEvent session) {
    session.expires_at = Visitor::of(socket).token.expires_at;
    const std::string object = to_json_text(session);
    // The cursor again as the offset: a client that loses its connection before the first durable
    // event can recover, too.
    const std::string offset = codec::json::quote(store::to_text(session.cursor));
    const std::string_view arguments[] = {object, offset};
    socket.emit("session", arguments);
}

// Sending may have ended it.
void Gateway::welcome(hub::Socket& socket, const Admission& admission) {
    if (!socket.connected()) return;
    watch_expiry(socket);
    auto& visitor = Visitor::of(socket);
    visitor.arrived = true;
    const std::string user{visitor.user.view()};
    for (LiveObserver* const observer : observers_) {
        observer->on_admission(socket, user, admission);
        observer->on_arrival(socket, user);
    }
}

void Gateway::on_disconnect(hub::Socket& socket, hub::DisconnectReason) {
    const auto* visitor = static_cast<const Visitor*>(socket.data());
    if (visitor == nullptr) return;
    count_out(visitor->user.view());
    if (!visitor->arrived) return;
    const std::string user{visitor->user.view()};
    for (LiveObserver* const observer : observers_) observer->on_departure(socket, user);
}

bool Gateway::count_in(std::string_view user) {
    const std::lock_guard lock(counts_mutex_);
    std::uint32_t& count = counts_.try_emplace(std::hash<std::string_view>{}(user)).first->second;
    if (count >= options_.connections_per_user_max) return false;
    ++count;
    return true;
}

std::size_t Gateway::users_connected() {
    const std::lock_guard lock(counts_mutex_);
    return counts_.size();
}

void Gateway::count_out(std::string_view user) {
    const std::lock_guard lock(counts_mutex_);
    const auto found = counts_.find(std::hash<std::string_view>{}(user));
    if (found != counts_.end() && --found->second == 0) counts_.erase(found);
}

// --- Requests ------------------------------------------------------------------------------------

void Gateway::on_event(hub::Socket& socket, const hub::Event& event) {
    auto& visitor = Visitor::of(socket);
    const std::size_t bytes = event.arguments.empty() ? 0 : event.arguments[0].size();
    if (const auto fits = surface_.fits(event.name, bytes); !fits.ok()) {
        // It is a request all the same.
        const auto allowed = surface_.allow(visitor.user.view(), event.name);
        return answer(socket, event.ack_id, allowed.ok() ? fits.error() : allowed.error());
    }
    if (event.name == "auth:refresh") {
        if (auto allowed = surface_.allow(visitor.user.view(), event.name); !allowed.ok()) {
            return answer(socket, event.ack_id, std::move(allowed).error());
        }
        return refresh(socket, event);
    }
    if (const auto bytes_of = live_bytes_.find(event.name); bytes_of != live_bytes_.end())
        return carry_out_bytes(socket, bytes_of->second, event);
    if (!event.attachments.empty() || event.arguments.size() > 1) {
        return answer(socket, event.ack_id,
                      Error{Code::invalid, "a request has one argument, an object"});
    }
    auto body =
        event.arguments.empty() ? Result<Json>{Json::object()} : parse_object(event.arguments[0]);
    if (!body.ok()) {
        return answer(socket, event.ack_id,
                      Error{body.error().code,
                            "a request has one argument, an object: " + body.error().message});
    }
    if (const auto live = live_.find(event.name); live != live_.end())
        return carry_out(socket, live->second, event, *body);
    LoopPart& here = *loops_[socket.ref().loop];
    surface_.request(
        std::string{visitor.user.view()}, event.name, std::move(*body),
        [this, ref = socket.ref(), ack_id = event.ack_id](const Result<Json>& result) {
            if (ack_id) answer_anywhere(ref, *ack_id, result);
        },
        &here.writes);
    if (!here.writes.empty()) socket.hub().loop().produce_at_turn_end(here);
}

void Gateway::carry_out(hub::Socket& socket, const LiveHandler& handler, const hub::Event& event,
                        const Json& body) {
    carry_out_live(socket, event, [&](const std::string& user, const Surface::Answer& reply) {
        handler(socket, user, body, reply);
    });
}

void Gateway::carry_out_bytes(hub::Socket& socket, const LiveBytesHandler& handler,
                              const hub::Event& event) {
    carry_out_live(socket, event, [&](const std::string& user, const Surface::Answer& reply) {
        const bool fits = event.arguments.size() == 2 && event.attachments.size() == 1 &&
                          codec::json::kind_of(event.arguments[0]) == codec::json::Kind::string;
        if (!fits)
            return reply(Error{Code::invalid, "this request has two arguments, a text and bytes"});
        handler(socket, user, codec::json::unescape(event.arguments[0]), event.attachments[0],
                reply);
    });
}

void Gateway::carry_out_live(
    hub::Socket& socket, const hub::Event& event,
    const std::function<void(const std::string& user, const Surface::Answer& reply)>& handle) {
    const std::string user{Visitor::of(socket).user.view()};
    if (auto allowed = surface_.allow(user, event.name); !allowed.ok())
        return answer(socket, event.ack_id, std::move(allowed).error());
    if (auto admitted = surface_.admit(Need::ephemeral); !admitted.ok())
        return answer(socket, event.ack_id, std::move(admitted).error());
    const Surface::Answer reply = [this, ref = socket.ref(),
                                   ack_id = event.ack_id](const Result<Json>& result) {
        if (ack_id) answer_anywhere(ref, *ack_id, result);
    };
    try {
        handle(user, reply);
    } catch (const std::exception& thrown) {  // nlohmann's, where a handler forgot a check
        log::error("a request failed: {}", store::type_of(thrown));
        reply(Error{Code::internal, "the request failed"});
    }
}

// From whatever thread the answer comes; one that comes at once does not wait for the mail.
void Gateway::answer_anywhere(hub::SocketRef ref, std::uint64_t ack_id,
                              const Result<Json>& result) {
    const auto give = [ref, ack_id](hub::Hub& hub, std::string_view text) {
        if (hub::Socket* found = hub.find(ref)) found->answer(ack_id, {&text, 1});
    };
    std::string text = to_ack(result);
    if (hub::Hub* own = server_->own_hub(); own != nullptr && own->loop_index() == ref.loop)
        return give(*own, text);
    server_->post(ref.loop, [give, text = std::move(text)](hub::Hub& hub) { give(hub, text); });
}

void Gateway::tell_staff(hub::Hub& hub, std::string_view name, const Json& body) {
    const std::string text = body.dump();
    const std::string_view argument = text;
    hub.for_each_in("/", room_name(RoomKind::global, {}), [&](hub::Socket& socket) {
        const std::string_view user = Visitor::of(socket).user.view();
        const auto is_of_school = [&](const std::string& room) {
            return directory_.is_school_staff(user, room);
        };
        if (std::ranges::any_of(directory_.rooms_of(user).staff, is_of_school))
            socket.emit(name, {&argument, 1});
    });
}

void Gateway::refresh(hub::Socket& socket, const hub::Event& event) {
    auto& visitor = Visitor::of(socket);
    const auto body =
        event.arguments.empty() ? Result<Json>{Json::object()} : parse_object(event.arguments[0]);
    const auto verified = verifier_.verify(body.ok() ? text_of(*body, "token") : "", wall_now());
    if (const auto* error = std::get_if<identity::TokenError>(&verified)) {
        return answer(socket, event.ack_id, Error{Code::unauthenticated, error->message, "token"});
    }
    const auto& claims = std::get<identity::Claims>(verified);
    if (claims.subject != visitor.user.view() || claims.service) {
        return answer(socket, event.ack_id,
                      Error{Code::forbidden, "the token is not this connection's user's", "token"});
    }
    if (is_signed_out(claims)) {
        return answer(socket, event.ack_id,
                      Error{Code::unauthenticated, "the user was signed out since", "token"});
    }
    visitor.token.expires_at = claims.expires_at;
    visitor.token.announced = false;
    watch_expiry(socket);
    answer(socket, event.ack_id, Json{{"expiresAt", to_rfc3339(visitor.token.expires_at)}});
}

void Gateway::watch_expiry(hub::Socket& socket) {
    loops_[socket.ref().loop]->expiry.watch(socket);
}

// --- The roster changes --------------------------------------------------------------------------

void Gateway::expel(hub::Hub& hub, std::span<const Departure> departures) {
    std::vector<hub::Socket*> expelled;
    for (const Departure& one : departures) {
        // By which the re-route finds the sockets, to end them if nothing else is left.
        const std::string personal = room_name(RoomKind::user, one.user);
        for (hub::Socket* socket : hub.sockets_in("/", personal)) {
            if (socket->is_gone()) continue;
            for (const std::string& room : socket->rooms()) {
                if (room == personal ||
                    std::ranges::find(one.left, room_behind(room)) == one.left.end())
                    continue;
                socket->expel(room);
                for (LiveObserver* const observer : observers_)
                    observer->on_left_room(*socket, room);
            }
            expelled.push_back(socket);
        }
    }
    // Only now: an end makes the hub send what waits, to whoever is in its rooms.
    for (hub::Socket* socket : expelled) {
        if (!socket->is_gone()) socket->drop_unread();
    }
}

void Gateway::reroute(hub::Hub& hub, std::string_view user) {
    hub.for_each_in("/", room_name(RoomKind::user, user), [&](hub::Socket& socket) {
        const auto wanted = committed_rooms(user);
        // Nobody without a personal room is allowed in: unknown by now, or disabled.
        if (wanted.empty()) return end(socket, "user_disabled");
        leave_all_but(socket, wanted);
        for (const std::string& room : wanted) socket.join(room);
    });
    for (LiveObserver* const observer : observers_) observer->on_rerouted(std::string{user});
}

void Gateway::leave_all_but(hub::Socket& socket, const std::vector<std::string>& wanted) {
    for (const std::string& room : socket.rooms()) {
        if (room == socket.id() || std::ranges::find(wanted, room_behind(room)) != wanted.end())
            continue;
        socket.leave(room);
        for (LiveObserver* const observer : observers_) observer->on_left_room(socket, room);
    }
}

bool Gateway::is_signed_out(const identity::Claims& claims) const {
    return options_.sign_outs != nullptr && !options_.sign_outs->holds(claims);
}

void Gateway::sign_out(hub::Hub& hub, std::string_view user) {
    hub.for_each_in("/", room_name(RoomKind::user, user),
                    [&](hub::Socket& socket) { end(socket, "signed_out"); });
}

void Gateway::reroute_all(hub::Hub& hub) {
    std::vector<std::string> users;
    hub.for_each("/", [&](hub::Socket& socket) {
        if (const auto* visitor = static_cast<const Visitor*>(socket.data()))
            users.emplace_back(visitor->user.view());
    });
    std::ranges::sort(users);
    const auto repeated = std::ranges::unique(users);
    users.erase(repeated.begin(), repeated.end());
    for (const std::string& user : users) reroute(hub, user);
}

void Gateway::end(hub::Socket& socket, std::string_view code) {
    const std::string body = Json{{"code", code}}.dump();
    const std::string_view argument = body;
    if (socket.connected()) socket.emit("auth:ended", {&argument, 1});
    // "41": the client must not come back by itself with what was just refused.
    socket.disconnect(true);
}

}  // namespace homeroom::campus
