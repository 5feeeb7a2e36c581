#include "campus/audience.h"

#include <algorithm>
#include <nlohmann/json.hpp>
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

bool Audience::names(std::string_view user) const {
    return std::ranges::find(stored_.users, user) != stored_.users.end();
}

Audience Audience::at(store::Seq moment) const {
    Audience then = *this;
    then.stored_.moment = moment;
    return then;
}

// What is left of it names nobody else: it is kept with each that is derived from it.
Audience Audience::for_one(std::string_view user) const {
    Audience part = *this;
    part.stored_.users.clear();
    if (names(user)) part.stored_.users.emplace_back(user);
    Audience one = members(room_name(RoomKind::user, user));
    one.stored_.part_of = part.to_text();
    return one;
}

// text := [ room, kind, [user…] ] or [ room, kind, [user…], text ] or [ room, kind, [user…], text,
// moment ], where the text may be empty
std::string Audience::to_text() const {
    nlohmann::json text{stored_.room, stored_.kind, stored_.users};
    if (!stored_.part_of.empty() || stored_.moment != 0) text.push_back(stored_.part_of);
    if (stored_.moment != 0) text.push_back(stored_.moment);
    return text.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Audience Audience::from_text(std::string_view text) {
    const auto json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_array() || json.size() < 3 || json.size() > 5) return from_stored({});
    if (!json[0].is_string() || !json[1].is_string() || !json[2].is_array()) return from_stored({});
    store::StoredAudience stored{.room = json[0], .kind = json[1]};
    for (const auto& user : json[2]) {
        if (!user.is_string()) return from_stored({});
        stored.users.push_back(user);
    }
    if (json.size() >= 4) {
        if (!json[3].is_string()) return from_stored({});
        stored.part_of = json[3];
    }
    if (json.size() == 5) {
        if (!json[4].is_number_unsigned()) return from_stored({});
        stored.moment = json[4];
    }
    return from_stored(std::move(stored));
}

bool Audience::admits(std::string_view user, const Directory& directory) const {
    // As deep as it was made; each is shorter than what contains it.
    if (!stored_.part_of.empty() && !from_text(stored_.part_of).admits(user, directory))
        return false;
    const auto named = [&] { return names(user); };
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
    if (!is_conversation_room(stored_.room))
        return directory.sees_moment(user, stored_.room, stored_.moment);
    return directory.is_member(user, "global") &&
           directory.conversations().sees(stored_.room, user, stored_.moment);
}

// Whether some who are in its room came too late for it.
bool Audience::is_of_latecomers(const Directory& directory) const {
    const auto room = parse_room(stored_.room);
    if (!room || room->kind != RoomKind::group || directory.groups().shares_past(room->id))
        return false;
    const auto members = directory.members_of(room_name(RoomKind::group, room->id));
    return std::ranges::any_of(members, [&](const std::string& user) {
        return !directory.groups().sees(room->id, user, stored_.moment);
    });
}

// Where somebody must be to be the one user who is left of it (for_one); empty: anywhere. No socket
// is in a conversation.
std::string Audience::room_of_one() const {
    switch (kind_) {
        case Kind::members:
        case Kind::users: return is_conversation_room(stored_.room) ? "" : stored_.room;
        case Kind::staff: return stored_.users.empty() ? stored_.room + "/staff" : stored_.room;
        case Kind::nobody:
        case Kind::people:
        case Kind::person: break;
    }
    return "";
}

Audience::Route Audience::route(const Directory& directory) const {
    Route route;
    if (is_of_latecomers(directory)) {
        // The room has them; it is told to the others, one by one.
        const auto room = parse_room(stored_.room);
        for (const std::string& user : directory.members_of(room_name(RoomKind::group, room->id))) {
            if (admits(user, directory)) route.rooms.push_back(room_name(RoomKind::user, user));
        }
        route.within = stored_.room;
        return route;
    }
    const auto add_named = [&] {
        for (const std::string& user : stored_.users)
            route.rooms.push_back(room_name(RoomKind::user, user));
    };
    switch (kind_) {
        case Kind::nobody: break;
        case Kind::members:
            route.rooms.push_back(stored_.room);
            if (!stored_.part_of.empty()) route.within = from_text(stored_.part_of).room_of_one();
            break;
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
