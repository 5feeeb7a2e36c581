#include "campus/room_changes.h"

#include <algorithm>

#include "campus/audience.h"
#include "campus/gateway.h"
#include "campus/membership_history.h"
#include "campus/session_event.h"

namespace homeroom::campus {
namespace {

std::vector<std::string> missing_from(const std::vector<std::string>& from,
                                      const std::vector<std::string>& in) {
    std::vector<std::string_view> sorted{in.begin(), in.end()};
    std::ranges::sort(sorted);
    std::vector<std::string> missing;
    for (const std::string& one : from) {
        if (!std::ranges::binary_search(sorted, std::string_view{one})) missing.push_back(one);
    }
    return missing;
}

Status tell(const std::string& user, const char* type, std::string body,
            store::Transaction& transaction) {
    return transaction.publish({
        .type = type,
        .audience = Audience::members(room_name(RoomKind::user, user)).stored(),
        .by_json = "null",
        .body = std::move(body),
    });
}

}  // namespace

Error try_again_soon() {
    return Error{Code::unavailable, "who is in which room is being read again; try again", "",
                 std::chrono::seconds{1}};
}

void RoomChanges::note(const std::string& user, const Directory& directory) {
    if (!noted_.insert(user).second) return;
    auto rooms = std::make_shared<const RoomSet>(directory.rooms_of(user));
    if (in_doubt_ != nullptr) in_doubt_->add(user, rooms);
    before_.push_back(
        {user, directory.person(user).has_value(), std::move(rooms), directory.wards_of(user)});
}

Result<Rerouting> RoomChanges::publish(const Directory& directory,
                                       store::Transaction& transaction) const {
    Rerouting rerouting;
    rerouting.touched.reserve(before_.size());
    for (const Before& one : before_) {
        rerouting.touched.push_back(one.user);
        // Nobody who was unknown a moment ago can have a connection or a cursor.
        if (!one.known) {
            if (directory.person(one.user)) TRY_OK(remember_arrival(transaction, one.user));
            continue;
        }
        TRY_OK(publish_rooms(one, directory, transaction, rerouting));
        TRY_OK(publish_wards(one, directory, transaction));
    }
    return rerouting;
}

Status RoomChanges::publish_rooms(const Before& before, const Directory& directory,
                                  store::Transaction& transaction, Rerouting& rerouting) {
    const RoomSet now = directory.rooms_of(before.user);
    if (now == *before.rooms) return Ok{};
    const auto was = before.rooms->all();
    const auto is = now.all();
    auto left = missing_from(was, is);
    // Written as text at once: an import tells thousands in one commit, which posts wait for.
    TRY_OK(tell(before.user, "rooms:changed",
                R"({"joined":)" + Json(missing_from(is, was)).dump() + R"(,"left":)" +
                    Json(left).dump() + R"(,"rooms":)" + to_json_text(now) + "}",
                transaction));
    if (!left.empty()) rerouting.departures.push_back({before.user, std::move(left)});
    return Ok{};
}

Status RoomChanges::publish_wards(const Before& before, const Directory& directory,
                                  store::Transaction& transaction) {
    const auto now = directory.wards_of(before.user);
    if (now == before.wards) return Ok{};
    return tell(before.user, "guardian:changed",
                Json{{"added", missing_from(now, before.wards)},
                     {"removed", missing_from(before.wards, now)},
                     {"students", now}}
                    .dump(),
                transaction);
}

}  // namespace homeroom::campus
