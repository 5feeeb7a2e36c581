// What features do with the connections themselves: presence, typing, signalling. Nothing of it is
// stored; it ends with the connection.
//
// A facet of a room is a room beside it that only those sockets are in who asked for it
// ("class-7b~presence" for "class-7b"). Whoever leaves the room leaves its facets; what is sent to
// a facet is sent within its room all the same.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "campus/roster/room_name.h"
#include "campus/surface.h"
#include "hub/socket.h"

namespace homeroom::campus {

// A number for each connection of this process, no other's for as long as it lasts.
inline std::uint64_t device_of(const hub::SocketRef& ref) {
    return std::uint64_t{ref.loop} << 56U | std::uint64_t{ref.slot} << 32U | ref.generation;
}
inline std::uint64_t device_of(const hub::Socket& socket) {
    return device_of(socket.ref());
}

inline hub::SocketRef ref_of(std::uint64_t device) {
    return {.loop = static_cast<std::uint32_t>(device >> 56U),
            .slot = static_cast<std::uint32_t>(device >> 32U & 0xFFFFFFU),
            .generation = static_cast<std::uint32_t>(device)};
}

// How a connection began: with what its client said it had read, and what it was sent of it.
struct Admission {
    std::optional<store::Seq> presented{};  // nothing: it said nothing
    store::Seq through =
        0;             // what is above it is sent live; the rest was before, or in its backlog
    bool gap = false;  // it was told to load afresh in place of a backlog
};

// Hears of connected users. Each call comes on a loop: the socket's own.
class LiveObserver {
public:
    virtual ~LiveObserver() = default;
    // Right before on_arrival.
    virtual void on_admission(hub::Socket& /*socket*/, const std::string& /*user*/,
                              const Admission& /*admission*/) {}
    // It was let in, and got its `session`.
    virtual void on_arrival(hub::Socket& socket, const std::string& user) = 0;
    // Once for each that arrived. Its rooms are still there.
    virtual void on_departure(hub::Socket& socket, const std::string& user) = 0;
    // It was taken out of a room, which may be a facet.
    virtual void on_left_room(hub::Socket& socket, const std::string& room) = 0;
    // The user's rooms may have changed; the sockets of this loop are in the new ones.
    virtual void on_rerouted(const std::string& user) = 0;
};

// Answers a request of a connected user. Called on the socket's loop, where it is quick and touches
// neither store nor disk; it may answer later, from any thread.
using LiveHandler = std::function<void(hub::Socket& socket, const std::string& user,
                                       const Json& request, Surface::Answer answer)>;

// The same of an event whose arguments are a text and bytes: what it is about, and what is said of
// it in a format that is not JSON.
//   socket.emit("doc:sync", "01J…", <bytes>, ack)
using LiveBytesHandler =
    std::function<void(hub::Socket& socket, const std::string& user, const std::string& subject,
                       const std::string& bytes, Surface::Answer answer)>;

// Who does not want to be noticed at the moment (presence's `invisible`). Any thread.
class Discretion {
public:
    virtual ~Discretion() = default;
    virtual bool wants_no_notice(std::string_view user) = 0;
};

// Whether a room lets its members see who of them is there and what they are about: a class does,
// and a group that is not secret, and whose members are shown to each other.
inline bool shows_its_people(const Directory& directory, const RoomName& room) {
    if (room.kind != RoomKind::group) return room.kind == RoomKind::class_room;
    const auto group = directory.groups().find(room.id);
    return group && group->listed && group->access != GroupAccess::secret;
}

// No id has a "~" in it.
inline std::string facet_of(std::string_view room, std::string_view name) {
    return std::string{room} + "~" + std::string{name};
}
// The room that a facet belongs to; another room itself.
inline std::string_view room_behind(std::string_view room) {
    return room.substr(0, room.find('~'));
}

}  // namespace homeroom::campus
