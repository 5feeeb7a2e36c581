#include "features/typing/typing.h"

#include <utility>

#include "base/limits.h"
#include "campus/roster/room_name.h"

namespace homeroom::features::typing {
namespace {

using campus::Audience;
using campus::Json;
using campus::RoomKind;

// A school is too many to be told who types. What is no room is a conversation: its feature's.
bool shows_typing(const campus::Directory& directory, const Audience& audience) {
    const auto room = campus::parse_room(audience.stored().room);
    if (!room || room->kind == RoomKind::user) return true;
    return campus::shows_its_people(directory, *room) || room->kind == RoomKind::course;
}

}  // namespace

Result<std::optional<Audience>> readers_of_room(store::Database&,
                                                const campus::Directory& directory,
                                                const std::string& user, const std::string& room) {
    const auto name = campus::parse_room(room);
    // The same words for a room that is not the user's and for none.
    if (!name || !directory.is_member(user, room))
        return Error{Code::not_found, "there is no such room", "to"};
    Audience audience = Audience::members(room).at(campus::this_moment);
    if (!name->whole() || name->kind == RoomKind::user || !shows_typing(directory, audience))
        return Error{Code::forbidden, "typing is shown in classes, courses and groups", "to"};
    return std::optional{std::move(audience)};
}

struct Typing::Wish {
    std::string user;
    Scope scope;
    Typists::Device device;
    campus::Surface::Answer answer;
};

Typing::Typing(const campus::Directory& directory, store::Store& store,
               campus::Discretion& discretion)
    : directory_(directory),
      store_(store),
      discretion_(discretion),
      rules_{{"room", readers_of_room}},
      timer_([](void* self) { static_cast<Typing*>(self)->check(); }, this),
      allowance_({limits::typing_per_second, limits::typing_burst}),
      typists_(limits::typing_lease) {}

void Typing::add_scope(const std::string& kind, Rule rule) {
    rules_[kind] = std::move(rule);
}

void Typing::add_to(campus::Gateway& gateway, hub::Server& server) {
    server_ = &server;
    gateway.observe(*this);
    gateway.live("typing", [this](hub::Socket& socket, const std::string& user, const Json& body,
                                  const campus::Surface::Answer& answer) {
        request(socket, user, body, answer);
    });
}

void Typing::keep_house() {
    allowance_.forget_idle(std::chrono::steady_clock::now());
}

// --- Requests ------------------------------------------------------------------------------------

Result<Scope> Typing::read_scope(const Json& body) const {
    const auto to = body.find("to");
    const bool is_one = to != body.end() && to->is_object() && to->size() == 1;
    const Error wrong{Code::invalid, "to names one thing that is typed in", "to"};
    if (!is_one || !rules_.contains(to->begin().key())) return wrong;
    Scope scope{.kind = to->begin().key()};
    TRY(scope.id, campus::required_text(*to, scope.kind.c_str(), campus::room_name_bytes_max));
    return scope;
}

void Typing::request(hub::Socket& socket, const std::string& user, const Json& body,
                     const campus::Surface::Answer& answer) {
    auto scope = read_scope(body);
    if (!scope.ok()) return answer(scope.error());
    const auto on = campus::required_bool(body, "on");
    if (!on.ok()) return answer(on.error());
    const auto now = std::chrono::steady_clock::now();
    if (!*on) {
        // Never refused, lest somebody types for ever; it costs no more than any request.
        {
            const std::lock_guard lock(mutex_);
            tell_ended(typists_.stop(user, *scope, campus::device_of(socket)));
        }
        return answer(Json::object());
    }
    if (const auto wait = allowance_.wait_for(user, now))
        return answer(Error{Code::rate_limited, "typing is told too often; slow down", "", *wait});
    {
        const std::lock_guard lock(mutex_);
        if (!typists_.want(user, *scope, campus::device_of(socket), now))
            return answer(Error{Code::rate_limited, "typing in too many places at once", "to",
                                limits::typing_lease});
    }
    check_soon();
    auto wish = std::make_shared<const Wish>(
        Wish{user, std::move(*scope), campus::device_of(socket), answer});
    const bool taken = store_.submit_read(
        [this, wish, rule = rules_.at(wish->scope.kind)](Result<store::Database*> db) {
            show(*wish, db.ok() ? rule(**db, directory_, wish->user, wish->scope.id)
                                : Result<std::optional<Audience>>{db.error()});
        },
        store::owner_of(user));
    if (!taken) show(*wish, campus::too_much_to_do());
}

// The same answer whether anybody is told or not.
void Typing::show(const Wish& wish, Result<std::optional<Audience>> judged) {
    const bool is_to_be_shown = judged.ok() && *judged && shows_typing(directory_, **judged) &&
                                !discretion_.wants_no_notice(wish.user);
    {
        const std::lock_guard lock(mutex_);
        if (!is_to_be_shown) {
            tell_ended(typists_.refuse(wish.user, wish.scope));
        } else if (typists_.show(wish.user, wish.scope, wish.device, **judged,
                                 std::chrono::steady_clock::now())) {
            tell({wish.scope, wish.user, **judged}, true);
        }
    }
    if (!judged.ok()) return wish.answer(judged.error());
    wish.answer(Json::object());
}

// --- Ending --------------------------------------------------------------------------------------

void Typing::on_departure(hub::Socket& socket, const std::string& user) {
    const std::lock_guard lock(mutex_);
    tell_ended(typists_.gone(user, campus::device_of(socket)));
}

void Typing::on_rerouted(const std::string& user) {
    const std::lock_guard lock(mutex_);
    tell_ended(typists_.judge(
        user, [&](const Audience& audience) { return audience.admits(user, directory_); }));
}

void Typing::check_soon() {
    {
        const std::lock_guard lock(mutex_);
        if (is_due_ || typists_.is_idle()) return;
        is_due_ = true;
    }
    server_->post(
        0, [this](hub::Hub& hub) { hub.loop().start(timer_, limits::typing_check_interval); });
}

void Typing::check() {
    {
        const std::lock_guard lock(mutex_);
        tell_ended(typists_.expire(std::chrono::steady_clock::now()));
        is_due_ = false;
    }
    check_soon();
}

// --- Telling -------------------------------------------------------------------------------------

void Typing::tell_ended(const Typists::Ended& ended) {
    for (const Typists::Shown& shown : ended) tell(shown, false);
}

// Judged again where it is delivered: whoever has left the room by then gets nothing.
void Typing::tell(const Typists::Shown& shown, bool on) {
    auto route = shown.audience.route(directory_);
    if (route.rooms.empty()) return;
    const std::string& room = shown.audience.stored().room;
    const auto name = campus::parse_room(room);
    const bool is_of_a_room = name && name->kind != RoomKind::user;
    const auto person = directory_.person(shown.user);
    if (is_of_a_room && person && directory_.is_hidden(shown.user)) {
        // Who leads a group may be anybody.
        if (name->kind == RoomKind::group) return;
        route.within = room + "/staff";
    }
    const std::string object = Json{
        {"to", {{shown.scope.kind, shown.scope.id}}},
        {"user", shown.user},
        {"name", person ? person->name : shown.user},
        {"on", on}}.dump();
    const std::string_view arguments[] = {object};
    const auto broadcast = std::make_shared<const hub::Broadcast>(
        hub::Broadcast{.to = {.rooms = std::move(route.rooms),
                              .except = {campus::room_name(RoomKind::user, shown.user)},
                              .within = std::move(route.within)},
                       .message = server_->encoder().event("/", "typing", arguments),
                       .delivery = hub::Delivery::may_drop});
    server_->post_all([broadcast](hub::Hub& hub) { hub.deliver(broadcast); });
}

}  // namespace homeroom::features::typing
