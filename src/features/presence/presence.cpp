#include "features/presence/presence.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/log.h"
#include "campus/roster/room_name.h"
#include "features/presence/records.h"

namespace homeroom::features::presence {
namespace {

using campus::Json;

constexpr std::string_view facet_name = "presence";

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

Json to_json(const Sight& sight) {
    return Json{{"id", sight.user},
                {"status", to_string(sight.status)},
                {"since", to_rfc3339(sight.since)}};
}

// The same words for a room that is not the user's and for none.
Status require_presence(const campus::Directory& directory, const std::string& user,
                        const std::string& room) {
    const auto name = campus::parse_room(room);
    if (!name || !directory.is_member(user, room))
        return Error{Code::not_found, "there is no such room", "room"};
    if (!name->whole() || !campus::shows_its_people(directory, *name))
        return Error{Code::forbidden, "presence is shown in classes and groups", "room"};
    return Ok{};
}

}  // namespace

std::span<const store::Migration> presence_migrations() {
    return migrations_of_records();
}

Presence::Presence(const campus::Directory& directory, store::Store& store, LastSeen last_seen)
    : directory_(directory),
      store_(store),
      last_seen_(last_seen),
      timer_([](void* self) { static_cast<Presence*>(self)->tell(); }, this),
      watches_({limits::presence_watches_per_second, limits::presence_watches_burst}),
      book_(limits::presence_linger) {}

Status Presence::load() {
    // What nobody may know is not kept either.
    if (last_seen_ == LastSeen::nobody)
        TRY_OK(store_.run_now(
            [](store::Transaction& transaction) { return forget_seen(transaction.db()); }));
    TRY(const auto records, load_records(store_.db()));
    std::vector<std::string> unknown;
    for (const Record& record : records) {
        if (directory_.person(record.user)) {
            book_.restore(record.user, record.wish, record.seen);
        } else {
            unknown.push_back(record.user);
        }
    }
    if (unknown.empty()) return Ok{};
    return store_.run_now([&](store::Transaction& transaction) -> Status {
        for (const std::string& user : unknown) TRY_OK(forget_record(transaction.db(), user));
        return Ok{};
    });
}

void Presence::add_to(campus::Gateway& gateway, hub::Server& server) {
    using Answer = campus::Surface::Answer;
    server_ = &server;
    gateway.observe(*this);
    gateway.live("presence:watch",
                 [this](hub::Socket& socket, const std::string& user, const Json& body,
                        const Answer& answer) { answer(watch(socket, user, body)); });
    gateway.live("presence:unwatch",
                 [this](hub::Socket& socket, const std::string&, const Json& body,
                        const Answer& answer) { answer(unwatch(socket, body)); });
    gateway.live("presence:set",
                 [this](hub::Socket& socket, const std::string& user, const Json& body,
                        const Answer& answer) { set(socket, user, body, answer); });
}

void Presence::keep_house() {
    watches_.forget_idle(std::chrono::steady_clock::now());
}

void Presence::remember() {
    if (last_seen_ == LastSeen::nobody) return;
    std::vector<std::pair<std::string, WallTime>> seen;
    {
        const std::lock_guard lock(mutex_);
        for (std::string& user : book_.present()) seen.emplace_back(std::move(user), wall_now());
        // Who has gone, and of whom nobody was told yet.
        for (std::string& user : book_.take_gone()) {
            if (const auto at = book_.last_seen(user)) seen.emplace_back(std::move(user), *at);
        }
    }
    if (!seen.empty()) keep_seen(std::move(seen));
}

// Judged anew each time.
Reach Presence::reach_in(std::string_view user, std::string_view room) const {
    if (!directory_.is_member(user, room)) return Reach::nobody;
    if (!directory_.is_hidden(user)) return Reach::everyone;
    // Who leads a group may be anybody.
    return room.starts_with("group-") ? Reach::nobody : Reach::staff;
}

// Where others may watch whether he is there.
std::vector<std::string> Presence::rooms_that_show(std::string_view user) const {
    auto set = directory_.rooms_of(user);
    auto rooms = std::move(set.classes);
    for (std::string& room : set.groups) {
        if (campus::shows_its_people(directory_, *campus::parse_room(room)))
            rooms.push_back(std::move(room));
    }
    return rooms;
}

bool Presence::wants_no_notice(std::string_view user) {
    const std::lock_guard lock(mutex_);
    return book_.wish_of(user) == Availability::invisible;
}

// --- Requests ------------------------------------------------------------------------------------

Result<Json> Presence::watch(hub::Socket& socket, const std::string& user, const Json& request) {
    TRY(const auto room, campus::required_text(request, "room", campus::room_name_bytes_max));
    TRY_OK(require_presence(directory_, user, room));
    // It costs as much as the room has members.
    if (const auto wait = watches_.wait_for(user, std::chrono::steady_clock::now()))
        return Error{Code::rate_limited, "too many rooms are asked for; slow down", "", *wait};
    const auto members = directory_.members_of(room);
    if (members.size() > limits::presence_members_max)
        return Error{Code::forbidden, "presence is not shown in a room of so many", "room"};
    if (!socket.is_in(facet(room)) && facets_of(socket) >= limits::presence_watches_per_socket_max)
        return Error{Code::too_large, "too many rooms are watched at once", "room"};
    // First: what changes from now on comes to it, too. Sending may have ended it.
    socket.join(facet(room));
    if (!socket.connected()) return Error{Code::unavailable, "the connection has ended"};
    std::vector<Sight> sights;
    {
        const std::lock_guard lock(mutex_);
        book_.watch(room, campus::device_of(socket), members,
                    [this](auto one, auto in) { return reach_in(one, in); });
        sights = book_.look(room);
    }
    // What watchers were told may be a moment old; who may see it is judged now.
    const Reach lowest = directory_.is_staff(user, room) ? Reach::staff : Reach::everyone;
    Json users = Json::array();
    for (const Sight& sight : sights) {
        if (std::min(sight.reach, reach_in(sight.user, room)) >= lowest)
            users.push_back(to_json(sight));
    }
    add_last_seen(user, room, members, users);
    return Json{{"users", std::move(users)}};
}

void Presence::add_last_seen(const std::string& user, const std::string& room,
                             const std::vector<std::string>& members, Json& users) {
    const bool is_staff = directory_.is_school_staff(user, room);
    if (last_seen_ == LastSeen::nobody || (last_seen_ == LastSeen::staff && !is_staff)) return;
    const Reach lowest = is_staff ? Reach::staff : Reach::everyone;
    const WallTime oldest = seen_shown_for_ ? wall_now() - *seen_shown_for_ : WallTime::min();
    std::vector<Sight> sights;
    {
        const std::lock_guard lock(mutex_);
        for (const std::string& member : members) {
            if (const auto seen = book_.last_seen(member); seen && *seen >= oldest)
                sights.push_back({member, Availability::offline, *seen});
        }
    }
    for (const Sight& sight : sights) {
        if (reach_in(sight.user, room) >= lowest) users.push_back(to_json(sight));
    }
}

Result<Json> Presence::unwatch(hub::Socket& socket, const Json& request) {
    TRY(const auto room, campus::required_text(request, "room", campus::room_name_bytes_max));
    if (socket.is_in(facet(room))) {
        socket.leave(facet(room));
        on_left_room(socket, facet(room));
    }
    return Json::object();
}

void Presence::set(hub::Socket& socket, const std::string& user, const Json& request,
                   campus::Surface::Answer answer) {
    const auto text = campus::required_text(request, "status", 32);
    if (!text.ok()) return answer(text.error());
    const auto status = status_from(*text);
    if (!status)
        return answer(
            Error{Code::invalid, R"(status is "online", "away", "busy" or "invisible")", "status"});
    bool is_to_be_kept = false;
    Json answered;
    {
        const std::lock_guard lock(mutex_);
        is_to_be_kept = book_.wish(user, campus::device_of(socket), *status, now());
        answered = Json{{"status", to_string(book_.status_of(user))}};
    }
    tell_soon();
    if (!is_to_be_kept) return answer(std::move(answered));
    keep_wish(user, std::move(answered), std::move(answer));
}

// In force at once; the answer says that it outlives the process. What is written is the wish at
// that moment, so that of two at once the last one stays.
void Presence::keep_wish(const std::string& user, Json answered, campus::Surface::Answer answer) {
    const bool taken = store_.submit({
        .work =
            [this, user](store::Transaction& transaction) {
                std::optional<Availability> wish;
                {
                    const std::lock_guard lock(mutex_);
                    wish = book_.wish_of(user);
                }
                return save_wish(transaction.db(), user, wish);
            },
        .done =
            [answered = std::move(answered), answer](const Status& status) {
                if (status.ok()) return answer(answered);
                answer(status.error());
            },
        .owner = store::owner_of(user),
    });
    if (!taken) answer(campus::too_much_to_do());
}

// Where the store refuses, it is forgotten with the process.
void Presence::keep_seen(std::vector<std::pair<std::string, WallTime>> seen) {
    store_.submit({
        .work = [this, seen = std::move(seen)](store::Transaction& transaction) -> Status {
            for (const auto& [user, at] : seen) {
                // Whoever was taken off the roster meanwhile may have been erased, too.
                if (directory_.person(user)) TRY_OK(save_seen(transaction.db(), user, at));
            }
            return Ok{};
        },
        .done =
            [](const Status& status) {
                if (!status.ok())
                    log::warn("when users were last seen was not stored: {}",
                              status.error().message);
            },
    });
}

// --- Coming and going ----------------------------------------------------------------------------

void Presence::on_arrival(hub::Socket& socket, const std::string& user) {
    {
        const std::lock_guard lock(mutex_);
        book_.arrive(user, campus::device_of(socket), now());
    }
    tell_soon();
}

void Presence::on_departure(hub::Socket& socket, const std::string& user) {
    {
        const std::lock_guard lock(mutex_);
        for (const std::string& room : socket.rooms()) {
            if (is_facet(room)) book_.unwatch(campus::room_behind(room), campus::device_of(socket));
        }
        book_.depart(user, campus::device_of(socket), now());
    }
    tell_soon();
}

void Presence::on_left_room(hub::Socket& socket, const std::string& room) {
    if (!is_facet(room)) return;
    const std::lock_guard lock(mutex_);
    book_.unwatch(campus::room_behind(room), campus::device_of(socket));
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
    std::vector<std::pair<std::string, WallTime>> gone;
    {
        const std::lock_guard lock(mutex_);
        all = book_.changes(
            now(), [this](auto user) { return rooms_that_show(user); },
            [this](auto user, auto room) { return reach_in(user, room); },
            {.users = limits::presence_users_per_turn_max,
             .changes_per_room = limits::presence_changes_per_event_max});
        for (std::string& user : book_.take_gone()) {
            if (const auto seen = book_.last_seen(user)) gone.emplace_back(std::move(user), *seen);
        }
        is_due_ = false;
    }
    for (const Book::News& news : all) send(news);
    if (!gone.empty() && last_seen_ != LastSeen::nobody) keep_seen(std::move(gone));
    tell_soon();  // the rest, and those who are not gone for long enough
}

// Judged again where it is delivered: whoever has left the room, or is its staff no more, gets
// nothing.
void Presence::send(const Book::News& news) {
    Json changes = Json::array();
    for (const Sight& sight : news.sights) changes.push_back(to_json(sight));
    const std::string object = Json{{"room", news.room}, {"changes", std::move(changes)}}.dump();
    const std::string_view arguments[] = {object};
    const std::string staff = news.room + "/staff";
    hub::Selection to{.rooms = {facet(news.room)}, .within = news.room};
    switch (news.to) {
        case Book::News::To::everyone: break;
        case Book::News::To::staff: to.within = staff; break;
        case Book::News::To::all_but_staff: to.except = {staff}; break;
    }
    server_->broadcast({.to = std::move(to),
                        .message = server_->encoder().event("/", "presence:changed", arguments)});
}

}  // namespace homeroom::features::presence
