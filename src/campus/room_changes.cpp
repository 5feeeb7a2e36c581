#include "campus/room_changes.h"

#include <algorithm>

#include "campus/audience.h"
#include "campus/gateway.h"

namespace homeroom::campus {
namespace {

std::vector<std::string> missing_from(const std::vector<std::string>& from,
                                      const std::vector<std::string>& in) {
    std::vector<std::string> missing;
    for (const std::string& one : from) {
        if (std::ranges::find(in, one) == in.end()) missing.push_back(one);
    }
    return missing;
}

Status tell(const std::string& user, const char* type, const Json& body,
            store::Transaction& transaction) {
    return transaction.publish({
        .type = type,
        .audience = Audience::members(room_name(RoomKind::user, user)).stored(),
        .by_json = "null",
        .body = body.dump(),
    });
}

}  // namespace

void RoomChanges::note(const std::string& user, const Directory& directory) {
    if (!noted_.insert(user).second) return;
    before_.push_back({user, directory.person(user).has_value(), directory.rooms_of(user),
                       directory.wards_of(user)});
}

std::vector<std::string> RoomChanges::users() const {
    std::vector<std::string> users;
    users.reserve(before_.size());
    for (const Before& one : before_) users.push_back(one.user);
    return users;
}

Status RoomChanges::publish(const Directory& directory, store::Transaction& transaction) const {
    for (const Before& one : before_) {
        // Nobody who was unknown a moment ago can have a connection or a cursor.
        if (!one.known) continue;
        TRY_OK(publish_rooms(one, directory, transaction));
        TRY_OK(publish_wards(one, directory, transaction));
    }
    return Ok{};
}

Status RoomChanges::publish_rooms(const Before& before, const Directory& directory,
                                  store::Transaction& transaction) {
    const RoomSet now = directory.rooms_of(before.user);
    if (now == before.rooms) return Ok{};
    const auto was = before.rooms.all();
    const auto is = now.all();
    return tell(before.user, "rooms:changed",
                Json{{"joined", missing_from(is, was)},
                     {"left", missing_from(was, is)},
                     {"rooms", to_json(now)}},
                transaction);
}

Status RoomChanges::publish_wards(const Before& before, const Directory& directory,
                                  store::Transaction& transaction) {
    const auto now = directory.wards_of(before.user);
    if (now == before.wards) return Ok{};
    return tell(before.user, "guardian:changed",
                Json{{"added", missing_from(now, before.wards)},
                     {"removed", missing_from(before.wards, now)},
                     {"students", now}},
                transaction);
}

}  // namespace homeroom::campus
