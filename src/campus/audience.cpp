#include "campus/audience.h"

#include <algorithm>
#include <utility>

namespace homeroom::campus {
namespace {

constexpr std::string_view kind_members = "room";
constexpr std::string_view kind_staff = "staff";
constexpr std::string_view kind_users = "users";
constexpr std::string_view kind_person = "person";

}  // namespace

Audience Audience::members(std::string room) {
    return Audience{{.room = std::move(room), .kind = std::string{kind_members}}};
}

Audience Audience::staff(std::string room, std::string author) {
    return Audience{
        {.room = std::move(room), .kind = std::string{kind_staff}, .users = {std::move(author)}}};
}

Audience Audience::users(std::string room, std::vector<std::string> users) {
    return Audience{
        {.room = std::move(room), .kind = std::string{kind_users}, .users = std::move(users)}};
}

Audience Audience::person(std::string_view user, std::vector<std::string> guardians) {
    return Audience{{.room = room_name(RoomKind::user, user),
                     .kind = std::string{kind_person},
                     .users = std::move(guardians)}};
}

Audience Audience::from_stored(store::StoredAudience stored) {
    return Audience{std::move(stored)};
}

bool Audience::admits(std::string_view user, const Directory& directory) const {
    const bool named = std::ranges::find(stored_.users, user) != stored_.users.end();
    if (stored_.kind == kind_person) {
        const auto room = parse_room(stored_.room);
        if (!room || room->kind != RoomKind::user) return false;
        return directory.is_member(user, stored_.room) ||
               (named && directory.is_guardian_of(user, room->id));
    }
    if (!directory.is_member(user, stored_.room)) return false;
    if (stored_.kind == kind_members) return true;
    if (stored_.kind == kind_users) return named;
    if (stored_.kind == kind_staff) return named || directory.is_staff(user, stored_.room);
    return false;  // a kind that this version does not know: nobody
}

Audience::Route Audience::route() const {
    Route route;
    if (stored_.kind == kind_members) {
        route.rooms.push_back(stored_.room);
        return route;
    }
    const bool person = stored_.kind == kind_person;
    if (!person && stored_.kind != kind_staff && stored_.kind != kind_users) return route;
    if (person) route.rooms.push_back(stored_.room);
    if (stored_.kind == kind_staff) route.rooms.push_back(stored_.room + "/staff");
    for (const std::string& user : stored_.users)
        route.rooms.push_back(room_name(RoomKind::user, user));
    // Guardians are in none of the person's rooms. Who they are was judged when it was journalled,
    // on the thread that also ends a guardianship.
    if (!person) route.within = stored_.room;
    return route;
}

}  // namespace homeroom::campus
