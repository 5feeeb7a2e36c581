#include "features/documents/relay.h"

#include <algorithm>
#include <utility>

#include "codec/json_scan.h"
#include "features/documents/limits.h"
#include "features/documents/records.h"
#include "features/documents/telling.h"
#include "features/documents/view.h"

namespace homeroom::features::documents {
namespace {

constexpr std::string_view facet_prefix = "doc-";
constexpr std::int64_t deleted_version = INT64_MAX;

// The document that a facet is of; empty for other rooms.
std::string name_in(std::string_view room) {
    const auto behind = campus::room_behind(room);
    if (behind.size() == room.size()) return {};
    room.remove_prefix(behind.size() + 1);
    if (!room.starts_with(facet_prefix)) return {};
    return std::string{room.substr(facet_prefix.size())};
}

Result<Name> requested_name(const campus::Json& request) {
    TRY(const auto text, campus::required_text(request, "doc", limits::identifier_bytes_max));
    auto name = parse_name(text);
    if (!name) return unknown_document();
    return std::move(*name);
}

bool has_many_open(const hub::Socket& socket) {
    const auto open_here = std::ranges::count_if(
        socket.rooms(), [](const std::string& room) { return !name_in(room).empty(); });
    return static_cast<std::size_t>(open_here) >= limits::documents_per_socket_max;
}

Error too_many_open() {
    return Error{Code::too_large, "too many documents are open here at once", "doc"};
}

void emit(hub::Socket& socket, std::string_view event, const campus::Json& body) {
    const std::string text = body.dump();
    const std::string_view arguments[] = {text};
    socket.emit(event, arguments);
}

}  // namespace

Relay::Relay(const campus::Directory& directory, store::Store& store, campus::Surface& surface,
             campus::Discretion& discretion)
    : directory_(directory),
      store_(store),
      surface_(surface),
      discretion_(discretion),
      timer_([](void* self) { static_cast<Relay*>(self)->tell(); }, this) {}

void Relay::add_to(campus::Gateway& gateway, hub::Server& server, campus::LoopOrder& order) {
    server_ = &server;
    order_ = &order;
    gateway.observe(*this);
    gateway.live("doc:open", [this](hub::Socket& socket, const std::string& user, const Json& body,
                                    const Answer& answer) { open(socket, user, body, answer); });
    gateway.live("doc:close", [this](hub::Socket& socket, const std::string&, const Json& body,
                                     const Answer& answer) { answer(close(socket, body)); });
    gateway.live("doc:clear", [this](hub::Socket&, const std::string& user, const Json& body,
                                     const Answer& answer) { clear(user, body, answer); });
    gateway.live("doc:present",
                 [this](hub::Socket& socket, const std::string& user, const Json& body,
                        const Answer& answer) { answer(present(socket, user, body)); });
    gateway.live("doc:restoreVersion",
                 [this](hub::Socket&, const std::string& user, const Json& body,
                        const Answer& answer) { restore(user, body, answer); });
    gateway.live_bytes("doc:sync",
                       [this](hub::Socket& socket, const std::string& user, const std::string& name,
                              const std::string& bytes,
                              const Answer& answer) { sync(socket, user, name, bytes, answer); });
    gateway.live_bytes("doc:awareness",
                       [this](hub::Socket& socket, const std::string& user, const std::string& name,
                              const std::string& bytes, const Answer& answer) {
                           awareness(socket, user, name, bytes, answer);
                       });
    wait();
}

void Relay::keep_house() {
    wholes_.forget_idle(steady_now() - limits::document_idle);
    compact_what_was_left();
    const std::lock_guard lock(mutex_);
    loaded_stretches_ = 0;
    for (auto& [name, open] : places_) {
        if (open.part && steady_now() - open.used > limits::document_idle) open.part.reset();
        if (open.part) loaded_stretches_ += open.part->stretches;
    }
}

Relay::Counts Relay::counts() {
    const std::lock_guard lock(mutex_);
    Counts counts{.open = places_.size()};
    for (const auto& [name, open] : places_) {
        if (!open.part) continue;
        ++counts.loaded;
        counts.stretches += open.part->stretches;
    }
    return counts;
}

bool Relay::has_open(std::string_view name, Device device) {
    const std::lock_guard lock(mutex_);
    const auto place = places_.find(name);
    return place != places_.end() && place->second.sockets.contains(device);
}

std::string Relay::facet(const Access& access, std::string_view name) const {
    return campus::facet_of(access.room, std::string{facet_prefix} + std::string{name});
}

// --- Opening -------------------------------------------------------------------------------------

void Relay::open(hub::Socket& socket, const std::string& user, const Json& request,
                 const Answer& answer) {
    auto name = requested_name(request);
    if (!name.ok()) return answer(name.error());
    if (has_many_open(socket)) return answer(too_many_open());
    const std::string text = name->text();
    const auto opening = begin_opening(text, campus::device_of(socket));
    if (!opening) return answer(Error{Code::too_large, "too many have the document open", "doc"});
    const bool taken = store_.submit_read(
        [this, ref = socket.ref(), user, name = *name, opening,
         answer](Result<store::Database*> db) {
            Json view;
            const Status read =
                db.ok() ? read_for_opening(**db, user, name, view) : Status{db.error()};
            if (!read.ok()) {
                stop_opening(name.text(), opening);
                return answer(read.error());
            }
            server_->post(ref.loop, [this, ref, user, name, view, opening, answer](hub::Hub& hub) {
                hub::Socket* const found = hub.find(ref);
                if (found == nullptr || !found->connected())
                    return stop_opening(name.text(), opening);
                auto entered = enter(*found, user, name, view, opening);
                const bool is_in = entered.ok();
                answer(std::move(entered));
                if (is_in && found->connected()) welcome(*found, user, name.text());
            });
        },
        store::owner_of(user));
    if (taken) return;
    stop_opening(text, opening);
    answer(campus::too_much_to_do());
}

// It is there from now on, so that whatever changes while the rest is read is heard of.
Relay::OpeningRef Relay::begin_opening(const std::string& name, Device device) {
    const std::lock_guard lock(mutex_);
    resting_.erase(name);
    Open& place = places_[name];
    if (place.sockets.size() + place.opening.size() >= limits::document_sockets_max) return {};
    auto opening = std::make_shared<Opening>(Opening{.device = device});
    place.opening.insert(opening);
    return opening;
}

// On a reader.
Status Relay::read_for_opening(store::Database& db, const std::string& user, const Name& name,
                               Json& view) {
    TRY(const auto document, load_document(db, name.document));
    if (!document) return unknown_document();
    if (role_of(directory_, document->access, user) == Role::none) return unknown_document();
    const std::string text = name.text();
    bool is_loaded = false;
    {
        const std::lock_guard lock(mutex_);
        Open& place = places_[text];
        // What was heard of since is newer than what was read.
        if (place.access.version <= document->access.version) place.access = document->access;
        place.is_board = document->kind == kind_whiteboard && !name.comments;
        if (place.access.version != deleted_version) {
            place.access.room = document->access.room;
            place.access.moment = document->access.moment;
        }
        is_loaded = place.part != nullptr;
    }
    view = view_of(directory_, *document);
    if (is_loaded) return Ok{};
    TRY(auto part, load_part(db, text));
    const std::lock_guard lock(mutex_);
    keep_part(places_[text], std::move(part));
    return Ok{};
}

// It was asked for a moment ago: it may be closed by now, and others may have been opened.
Result<campus::Json> Relay::enter(hub::Socket& socket, const std::string& user, const Name& name,
                                  Json view, const OpeningRef& opening) {
    const std::string text = name.text();
    const auto device = campus::device_of(socket);
    Role role = Role::none;
    std::string room;
    Json presenter;
    {
        const std::lock_guard lock(mutex_);
        Open& place = places_[text];
        place.opening.erase(opening);
        role = role_of(directory_, place.access, user);
        Status allowed = Ok{};
        // The socket must be where its facet belongs: a re-route may be on its way.
        if (role == Role::none || !socket.is_in(place.access.room))
            allowed = unknown_document();
        else if (opening->is_closed)
            allowed = Error{Code::not_found, "it was closed before it was open", "doc"};
        else if (!place.sockets.contains(device) && has_many_open(socket))
            allowed = too_many_open();
        if (!allowed.ok()) {
            forget_if_unused(places_.find(text));
            return allowed.error();
        }
        room = facet(place.access, text);
        place.sockets.emplace(device, user);
        place.told[user] = role;
        names_of_users_[user].insert(text);
        presenter = presenter_for(place, user);
    }
    socket.join(room);
    return Json{{"doc", std::move(view)},
                {"name", text},
                {"role", to_string(role)},
                {"writes", may_write(name, role)},
                {"presenter", std::move(presenter)}};
}

void Relay::stop_opening(const std::string& name, const OpeningRef& opening) {
    const std::lock_guard lock(mutex_);
    const auto place = places_.find(name);
    if (place == places_.end()) return;
    place->second.opening.erase(opening);
    forget_if_unused(place);
}

// --- Closing -------------------------------------------------------------------------------------

Result<campus::Json> Relay::close(hub::Socket& socket, const Json& request) {
    TRY(const auto name, requested_name(request));
    const std::string text = name.text();
    std::string room;
    {
        const std::lock_guard lock(mutex_);
        const auto place = places_.find(text);
        const auto device = campus::device_of(socket);
        if (place == places_.end()) return Json::object();
        for (const OpeningRef& opening : place->second.opening) {
            if (opening->device == device) opening->is_closed = true;
        }
        if (!place->second.sockets.contains(device)) return Json::object();
        room = facet(place->second.access, text);
        leave(text, device);
    }
    socket.leave(room);
    return Json::object();
}

void Relay::leave(const std::string& name, Device device) {
    const auto place = places_.find(name);
    if (place == places_.end()) return;
    Open& open = place->second;
    const auto socket = open.sockets.find(device);
    if (socket == open.sockets.end()) return;
    const std::string user = std::move(socket->second);
    open.sockets.erase(socket);
    end_shown(open, device);
    tell_all(settle_presenter(name, open));
    if (!open.gone.empty()) {
        with_news_.insert(name);
        tell_soon();
    }
    const bool is_elsewhere =
        std::ranges::any_of(open.sockets, [&](const auto& other) { return other.second == user; });
    if (!is_elsewhere) {
        open.told.erase(user);
        auto& names = names_of_users_[user];
        names.erase(name);
        if (names.empty()) names_of_users_.erase(user);
    }
    forget_if_unused(place);
}

// What the last one leaves is made small.
void Relay::forget_if_unused(Places::iterator place) {
    const Open& open = place->second;
    if (!open.sockets.empty() || !open.opening.empty()) return;
    const std::string name = place->first;
    const bool was_written = open.part && open.part->was_written;
    places_.erase(place);
    with_news_.erase(name);
    if (was_written) compact(name);
}

void Relay::on_departure(hub::Socket& socket, const std::string&) {
    const auto device = campus::device_of(socket);
    const auto rooms = socket.rooms();
    const std::lock_guard lock(mutex_);
    for (const std::string& room : rooms) {
        if (const auto name = name_in(room); !name.empty()) leave(name, device);
    }
}

void Relay::on_left_room(hub::Socket& socket, const std::string& room) {
    const auto name = name_in(room);
    if (name.empty()) return;
    {
        const std::lock_guard lock(mutex_);
        leave(name, campus::device_of(socket));
    }
    // Later: he may be about to be taken out of other rooms, and to send is to let all that waits
    // go out.
    server_->post(socket.ref().loop, [name, ref = socket.ref()](hub::Hub& hub) {
        hub::Socket* const found = hub.find(ref);
        if (found != nullptr && found->connected())
            emit(*found, "doc:closed", Json{{"doc", name}, {"reason", "access"}});
    });
}

// --- Who may see it ------------------------------------------------------------------------------

std::vector<Relay::Change> Relay::settle(const std::string& name, Open& open) {
    std::vector<Change> changes;
    for (auto& [user, told] : open.told) {
        const Role role = role_of(directory_, open.access, user);
        if (role == told) continue;
        told = role;
        changes.push_back({user, role});
        narrow_shown_of(name, open, user, role);
    }
    if (!changes.empty()) tell_all(settle_presenter(name, open));
    return changes;
}

// Whoever may not see it any more is out of it before anything later reaches his loop.
void Relay::tell_roles(const std::string& name, const std::string& facet,
                       const std::vector<Change>& changes, std::string_view reason) {
    if (changes.empty()) return;
    const auto shared = std::make_shared<const std::vector<Change>>(changes);
    server_->post_all([this, name, facet, shared, reason](hub::Hub& hub) {
        for (const Change& change : *shared) {
            const auto personal = campus::room_name(campus::RoomKind::user, change.user);
            hub.for_each_in("/", personal, [&](hub::Socket& socket) {
                if (!socket.is_in(facet)) return;
                if (change.role != Role::none)
                    return emit(socket, "doc:role",
                                Json{{"doc", name}, {"role", to_string(change.role)}});
                socket.expel(facet);
                {
                    const std::lock_guard lock(mutex_);
                    leave(name, campus::device_of(socket));
                }
                if (socket.connected())
                    emit(socket, "doc:closed", Json{{"doc", name}, {"reason", reason}});
            });
        }
    });
}

// A role by the roster may be another one now. Who has left the room is out already.
void Relay::on_rerouted(const std::string& user) {
    struct Told {
        std::string name;
        std::string facet;
        std::vector<Change> changes;
    };
    std::vector<Told> all;
    {
        const std::lock_guard lock(mutex_);
        const auto names = names_of_users_.find(user);
        if (names == names_of_users_.end()) return;
        for (const std::string& name : names->second) {
            const auto place = places_.find(name);
            if (place == places_.end()) continue;
            auto changes = settle(name, place->second);
            all.push_back({name, facet(place->second.access, name), std::move(changes)});
        }
    }
    for (const Told& one : all) tell_roles(one.name, one.facet, one.changes, "access");
}

// On the writer, before anything that was committed later.
void Relay::on_event(const store::JournalEvent& event) {
    if (!event.type.starts_with("doc:")) return;
    const auto told = noted(event.notes);
    if (!told) return;
    const bool is_deleted = event.type == "doc:deleted";
    for (const bool comments : {false, true}) {
        const std::string name = Name{told->document, comments}.text();
        std::vector<Change> changes;
        std::string room;
        {
            const std::lock_guard lock(mutex_);
            const auto place = places_.find(name);
            if (place == places_.end()) continue;
            Access& access = place->second.access;
            room = facet(access, name);
            if (is_deleted) {
                // Nobody is in no room.
                access = {.version = deleted_version};
                changes = settle(name, place->second);
            } else if (told->access.version >= access.version) {
                access.members = told->access.members;
                access.people = told->access.people;
                access.is_locked = told->access.is_locked;
                access.version = told->access.version;
                changes = settle(name, place->second);
            }
        }
        if (is_deleted) wholes_.forget(name);
        tell_roles(name, room, changes, is_deleted ? "deleted" : "access");
    }
}

// Within its room, whose members all of them are; where not all members may see it, without those
// who may not at this moment.
hub::Selection Relay::listeners(const std::string& name, const Open& open) const {
    hub::Selection to{.rooms = {facet(open.access, name)}, .within = open.access.room};
    if (open.access.is_open_to_members()) return to;
    for (const auto& [user, told] : open.told) {
        if (role_of(directory_, open.access, user) == Role::none)
            to.except.push_back(campus::room_name(campus::RoomKind::user, user));
    }
    return to;
}

std::optional<hub::Selection> Relay::staff_of(const std::string& name, const Open& open) const {
    if (open.access.room.starts_with("group-")) return {};
    auto to = listeners(name, open);
    to.within = open.access.room + "/staff";
    return to;
}

hub::Message Relay::message(std::string_view event, const std::string& name,
                            const std::string& bytes) const {
    const std::string quoted = codec::json::quote(name);
    const std::string_view arguments[] = {quoted, placeholder};
    return server_->encoder().event("/", event, arguments, {.attachments = {&bytes, 1}});
}

void Relay::send(hub::Socket& socket, std::string_view event, const std::string& name,
                 const std::string& bytes) const {
    socket.send(message(event, name, bytes));
}

// With the lock. Those that were not used for longest are loaded again when they are needed.
void Relay::keep_part(Open& place, std::shared_ptr<Part> part) {
    place.used = steady_now();
    if (place.part != nullptr) return;
    loaded_stretches_ += part->stretches;
    place.part = std::move(part);
    if (loaded_stretches_ <= limits::documents_known_stretches_max) return;
    std::vector<Open*> loaded;
    loaded_stretches_ = 0;
    for (auto& [name, open] : places_) {
        if (!open.part) continue;
        loaded_stretches_ += open.part->stretches;
        loaded.push_back(&open);
    }
    std::ranges::sort(loaded, {}, &Open::used);
    for (Open* const open : loaded) {
        if (loaded_stretches_ <= limits::documents_known_stretches_max / 2) return;
        loaded_stretches_ -= open->part->stretches;
        open->part.reset();
    }
}

}  // namespace homeroom::features::documents
