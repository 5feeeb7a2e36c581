#include "campus/audience.h"

#include <algorithm>
#include <utility>

namespace homeroom::campus {

Audience::Audience(Kind kind, std::string room, std::vector<std::string> users)
    : Audience(kind, {.room = std::move(room),
                      .kind = std::string{kind_names[static_cast<std::size_t>(kind)]},
                      .users = std::move(users)}) {}

Audience Audience::members(std::string room) {
    return {Kind::members, std::move(room), {}};
}

Audience Audience::staff(std::string room, std::string author) {
    return {Kind::staff, std::move(room), {std::move(author)}};
}

Audience Audience::users(std::string room, std::vector<std::string> users) {
    return {Kind::users, std::move(room), std::move(users)};
}

Audience Audience::people(std::string conversation, std::vector<std::string> users) {
    return {Kind::people, std::move(conversation), std::move(users)};
}

Audience Audience::person(std::string_view user, std::vector<std::string> guardians) {
    return {Kind::person, room_name(RoomKind::user, user), std::move(guardians)};
}

Audience Audience::from_stored(store::StoredAudience stored) {
    const auto name = std::ranges::find(kind_names, stored.kind);
    // A kind that this version does not know: nobody.
    const auto kind =
        name == kind_names.end() ? Kind::nobody : static_cast<Kind>(name - kind_names.begin());
    return {kind, std::move(stored)};
}

bool Audience::admits(std::string_view user, const Directory& directory) const {
    const auto named = [&] {
        return std::ranges::find(stored_.users, user) != stored_.users.end();
    };
    switch (kind_) {
        case Kind::nobody: return false;
        case Kind::members: return in_room(user, directory);
        case Kind::staff:
            return in_room(user, directory) && (named() || directory.is_staff(user, stored_.room));
        case Kind::users: return named() && in_room(user, directory);
        case Kind::people: return named() && directory.is_member(user, "global");
        case Kind::person: {
            const auto room = parse_room(stored_.room);
            if (!room || room->kind != RoomKind::user) return false;
            return in_room(user, directory) ||
                   (named() && directory.is_guardian_of(user, room->id));
        }
    }
    return false;
}

bool Audience::in_room(std::string_view user, const Directory& directory) const {
    if (!is_conversation_room(stored_.room)) return directory.is_member(user, stored_.room);
    return directory.is_member(user, "global") &&
           directory.conversations().contains(stored_.room, user);
}

Audience::Route Audience::route() const {
    Route route;
    const auto add_named = [&] {
        for (const std::string& user : stored_.users)
            route.rooms.push_back(room_name(RoomKind::user, user));
    };
    switch (kind_) {
        case Kind::nobody: break;
        case Kind::members: route.rooms.push_back(stored_.room); break;
        case Kind::staff:
            route.rooms.push_back(stored_.room + "/staff");
            add_named();
            route.within = stored_.room;
            break;
        case Kind::users:
            add_named();
            // No socket is in a conversation. Who left it before is not named; who leaves it later
            // is told later.
            if (!is_conversation_room(stored_.room)) route.within = stored_.room;
            break;
        case Kind::people: add_named(); break;
        case Kind::person:
            // Guardians are in none of the person's rooms. Who they are was judged when it was
            // journalled, on the thread that also ends a guardianship.
            route.rooms.push_back(stored_.room);
            add_named();
            break;
    }
    return route;
}

}  // namespace homeroom::campus
