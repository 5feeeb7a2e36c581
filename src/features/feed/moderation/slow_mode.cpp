// Slow mode: how long a member waits between two posts or comments of his in a room; and what a
// client should know before it lets him write.
#include "base/clock.h"
#include "base/limits.h"
#include "campus/audit_requests.h"
#include "campus/contract_json.h"
#include "campus/roster/room_name.h"
#include "features/feed/moderation/standing.h"
#include "features/feed/requests.h"
#include "features/feed/room_rules.h"

namespace homeroom::features::feed {

Result<Json> set_slow_mode(WriteCall& call, const Json& request) {
    auto& db = call.transaction.db();
    TRY(const auto room, campus::required_text(request, "room", campus::room_name_bytes_max));
    TRY_OK(require_room_staff(call.directory, call.who.user, room));
    TRY(const auto seconds,
        campus::optional_number(request, "seconds", 0, limits::slow_seconds_max));
    if (!seconds) return Error{Code::invalid, "seconds is missing; 0 ends slow mode", "seconds"};
    const Json answer{{"seconds", *seconds}};
    TRY(const auto before, slow_seconds(db, room));
    if (before == *seconds) return answer;
    TRY_OK(db.statement("INSERT OR REPLACE INTO feed_rooms (room, slow_seconds) VALUES (?, ?)")
               .bind_all(std::string_view{room}, *seconds)
               .run());
    if (*seconds == 0) {
        TRY_OK(db.statement("DELETE FROM feed_turns WHERE room = ?")
                   .bind(1, std::string_view{room})
                   .run());
    }
    TRY_OK(campus::note(call, "feed.slowed", room, {{"seconds", *seconds}}));
    TRY_OK(call.transaction.publish(
        {.type = "feed:slowed",
         .audience = campus::Audience::members(room).at(call.transaction.moment()).stored(),
         .by_json = campus::by_json(call.who),
         .body = answer.dump()}));
    return answer;
}

Result<Json> get_settings(ReadCall& call, const Json& request) {
    TRY(const auto room, campus::required_text(request, "room", campus::room_name_bytes_max));
    TRY(const auto seconds, slow_seconds(call.db, room));
    TRY(const auto until, muted_until(call.db, room, call.who.user, to_rfc3339(wall_now())));
    TRY_OK(require_feed(call.directory, call.who.user, room, "room"));
    Json muted = nullptr;
    if (until) muted = Json{{"until", until->empty() ? Json(nullptr) : Json(*until)}};
    return Json{{"slowSeconds", seconds},
                {"muted", std::move(muted)},
                {"anonymous", call.policy.feed.anonymous},
                {"staff", call.directory.is_staff(call.who.user, room)}};
}

}  // namespace homeroom::features::feed
