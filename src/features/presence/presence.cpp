#include "features/presence/presence.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "campus/roster/room_name.h"

namespace homeroom::features::presence {
namespace {

using campus::Json;

constexpr std::string_view facet_name = "presence";

// One of each connection of this process, for as long as it lasts.
Book::Device device_of(const hub::Socket& socket) {
    const hub::SocketRef ref = socket.ref();
    return Book::Device{ref.loop} << 56U | Book::Device{ref.slot} << 32U | ref.generation;
}

Times now() {
    return {.steady = std::chrono::steady_clock::now(), .wall = wall_now()};
}

std::string facet(std::string_view room) {
    return campus::facet_of(room, facet_name);
}

bool is_facet(std::string_view room) {
    return room.ends_with(facet_name) && campus::room_behind(room) != room &&
           facet(campus::room_behind(room)) == room;
}

std::size_t facets_of(const hub::Socket& socket) {
    return static_cast<std::size_t>(std::ranges::count_if(socket.rooms(), is_facet));
}

// Where presence is shown.
bool shows_presence(const campus::RoomName& name) {
    return !name.staff &&
           (name.kind == campus::RoomKind::class_room || name.kind == campus::RoomKind::group);
}

Json to_json(const Sight& sight) {
    return Json{{"id", sight.user},
                {"status", to_string(sight.status)},
                {"since", to_rfc3339(sight.since)}};
}

Json to_json(const std::vector<Sight>& sights) {
    Json list = Json::array();
    for (const Sight& sight : sights) list.push_back(to_json(sight));
    return list;
}

// The same words for a room that is not the user's and for none.
Status require_presence(const campus::Directory& directory, const std::string& user,
                        const std::string& room) {
    const auto name = campus::parse_room(room);
    if (!name || !directory.is_member(user, room))
        return Error{Code::not_found, "there is no such room", "room"};
    if (!shows_presence(*name))
        return Error{Code::forbidden, "presence is shown in classes and groups", "room"};
    return Ok{};
}

}  // namespace

Presence::Presence(const campus::Directory& directory)
    : directory_(directory),
      timer_([](void* self) { static_cast<Presence*>(self)->tell(); }, this),
      book_(limits::presence_linger) {}

void Presence::add_to(campus::Gateway& gateway, hub::Server& server) {
    server_ = &server;
    gateway.observe(*this);
    gateway.live("presence:watch", [this](hub::Socket& socket, const std::string& user,
                                          const Json& body) { return watch(socket, user, body); });
    gateway.live("presence:unwatch", [this](hub::Socket& socket, const std::string&,
                                            const Json& body) { return unwatch(socket, body); });
    gateway.live("presence:set", [this](hub::Socket& socket, const std::string& user,
                                        const Json& body) { return set(socket, user, body); });
}

// --- Requests ------------------------------------------------------------------------------------

Result<Json> Presence::watch(hub::Socket& socket, const std::string& user, const Json& request) {
    TRY(const auto room, campus::required_text(request, "room", limits::identifier_bytes_max + 32));
    TRY_OK(require_presence(directory_, user, room));
    const auto members = directory_.members_of(room);
    if (members.size() > limits::presence_members_max)
        return Error{Code::forbidden, "presence is not shown in a room of so many", "room"};
    const bool is_new = !socket.is_in(facet(room));
    if (is_new && facets_of(socket) >= limits::presence_watches_per_socket_max)
        return Error{Code::too_large, "too many rooms are watched at once", "room"};
    // First: what changes from now on comes to it, too.
    if (is_new) socket.join(facet(room));
    const std::lock_guard lock(mutex_);
    if (is_new) book_.watch(room, members);
    return Json{{"users", to_json(book_.look(room))}};
}

Result<Json> Presence::unwatch(hub::Socket& socket, const Json& request) {
    TRY(const auto room, campus::required_text(request, "room", limits::identifier_bytes_max + 32));
    if (socket.is_in(facet(room))) {
        socket.leave(facet(room));
        on_left_room(socket, facet(room));
    }
    return Json::object();
}

Result<Json> Presence::set(hub::Socket& socket, const std::string& user, const Json& request) {
    TRY(const auto text, campus::required_text(request, "status", 32));
    const auto status = status_from(text);
    if (!status)
        return Error{Code::invalid, R"(status is "online", "away", "busy" or "invisible")",
                     "status"};
    {
        const std::lock_guard lock(mutex_);
        book_.wish(user, device_of(socket), *status, now());
    }
    tell_soon();
    return Json{{"status", to_string(*status)}};
}

// --- Coming and going ----------------------------------------------------------------------------

void Presence::on_arrival(hub::Socket& socket, const std::string& user) {
    {
        const std::lock_guard lock(mutex_);
        book_.arrive(user, device_of(socket), now());
    }
    tell_soon();
}

void Presence::on_departure(hub::Socket& socket, const std::string& user) {
    {
        const std::lock_guard lock(mutex_);
        for (const std::string& room : socket.rooms()) {
            if (is_facet(room)) book_.unwatch(campus::room_behind(room));
        }
        book_.depart(user, device_of(socket), now());
    }
    tell_soon();
}

void Presence::on_left_room(hub::Socket&, const std::string& room) {
    if (!is_facet(room)) return;
    const std::lock_guard lock(mutex_);
    book_.unwatch(campus::room_behind(room));
}

void Presence::on_rerouted(const std::string& user) {
    {
        const std::lock_guard lock(mutex_);
        book_.rerouted(user);
    }
    tell_soon();
}

// --- News ----------------------------------------------------------------------------------------

void Presence::tell_soon() {
    {
        const std::lock_guard lock(mutex_);
        if (is_due_ || book_.is_idle()) return;
        is_due_ = true;
    }
    server_->post(0,
                  [this](hub::Hub& hub) { hub.loop().start(timer_, limits::presence_interval); });
}

void Presence::tell() {
    std::vector<Book::News> all;
    {
        const std::lock_guard lock(mutex_);
        const auto rooms_of = [this](std::string_view user) {
            campus::RoomSet set = directory_.rooms_of(user);
            std::ranges::move(set.groups, std::back_inserter(set.classes));
            return std::move(set.classes);
        };
        const auto is_member = [this](std::string_view user, std::string_view room) {
            return directory_.is_member(user, room);
        };
        all = book_.changes(now(), rooms_of, is_member, limits::presence_changes_per_event_max);
        is_due_ = false;
    }
    for (const Book::News& news : all) {
        const std::string object =
            Json{{"room", news.room}, {"changes", to_json(news.sights)}}.dump();
        const std::string_view arguments[] = {object};
        server_->broadcast(
            {.to = {.rooms = {facet(news.room)}, .within = news.room},
             .message = server_->encoder().event("/", "presence:changed", arguments)});
    }
    tell_soon();  // the rest, and those who are not gone for long enough
}

}  // namespace homeroom::features::presence
