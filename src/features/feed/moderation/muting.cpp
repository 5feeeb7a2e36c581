// A student who may only read in a room, for a time or until further notice. Told to the room's
// staff and to himself.
#include "base/clock.h"
#include "base/limits.h"
#include "campus/audit_requests.h"
#include "campus/contract_json.h"
#include "campus/roster/room_name.h"
#include "features/feed/moderation/standing.h"
#include "features/feed/requests.h"
#include "features/feed/room_rules.h"

namespace homeroom::features::feed {
namespace {

struct Muting {
    std::string room{};
    std::string user{};
    std::string until{};  // empty: without an end
};

// Whose name nobody kept: of who is off the roster the id must do.
Json person_json(const campus::Directory& directory, std::string_view id) {
    return campus::person_json(directory, id, id);
}

Result<std::string> requested_end(const WriteCall& call, const Json& request) {
    TRY(const auto text, campus::optional_text(request, "until", limits::identifier_bytes_max));
    if (!text) return std::string{};
    const auto time = parse_rfc3339(*text);
    const auto until = time ? to_rfc3339(*time) : std::string{};
    if (!time || until <= call.transaction.at()) {
        return Error{Code::invalid, "until is a time to come, like \"2026-11-23T08:15:30Z\"",
                     "until"};
    }
    return until;
}

// Staff name a member, whose id is no secret to them; to have left is to be nobody.
Result<Muting> requested_muting(const WriteCall& call, const Json& request) {
    Muting muting;
    TRY(muting.room, campus::required_text(request, "room", campus::room_name_bytes_max));
    TRY_OK(require_room_staff(call.directory, call.who.user, muting.room));
    TRY(muting.user, campus::required_text(request, "user", limits::identifier_bytes_max));
    return muting;
}

Status tell(WriteCall& call, const char* type, const Muting& muting, const Json& body) {
    return call.transaction.publish({.type = type,
                                     .audience = campus::Audience::staff(muting.room, muting.user)
                                                     .at(call.transaction.moment())
                                                     .stored(),
                                     .by_json = campus::by_json(call.who),
                                     .body = body.dump()});
}

Status require_place(store::Database& db, const Muting& muting, std::string_view now) {
    TRY_OK(db.statement("DELETE FROM feed_mutes WHERE room = ? AND until <= ?")
               .bind_all(std::string_view{muting.room}, now)
               .run());
    auto select = db.statement("SELECT count(*) FROM feed_mutes WHERE room = ?");
    select.bind(1, std::string_view{muting.room});
    TRY([[maybe_unused]] const bool found, select.step());
    if (select.number(0) < limits::mutes_per_room_max) return Ok{};
    return Error{Code::too_large,
                 "at most " + std::to_string(limits::mutes_per_room_max) + " people are muted",
                 "user"};
}

}  // namespace

Result<Json> mute_user(WriteCall& call, const Json& request) {
    auto& db = call.transaction.db();
    TRY(auto muting, requested_muting(call, request));
    TRY(muting.until, requested_end(call, request));
    if (!call.directory.is_member(muting.user, muting.room))
        return Error{Code::not_found, "there is no such member of this room", "user"};
    if (call.directory.is_staff(muting.user, muting.room))
        return Error{Code::conflict, "staff cannot be muted", "user"};
    TRY_OK(require_place(db, muting, call.transaction.at()));
    TRY_OK(db.statement("INSERT OR REPLACE INTO feed_mutes (room, user, until, by, at) "
                        "VALUES (?, ?, NULLIF(?, ''), ?, ?)")
               .bind_all(std::string_view{muting.room}, std::string_view{muting.user},
                         std::string_view{muting.until}, std::string_view{call.who.user},
                         std::string_view{call.transaction.at()})
               .run());
    const Json answer{{"user", person_json(call.directory, muting.user)},
                      {"until", campus::text_or_null(muting.until)}};
    TRY_OK(campus::note(call, "feed.muted", muting.user,
                        {{"room", muting.room}, {"until", campus::text_or_null(muting.until)}}));
    TRY_OK(tell(call, "feed:muted", muting, answer));
    return answer;
}

Result<Json> unmute_user(WriteCall& call, const Json& request) {
    auto& db = call.transaction.db();
    TRY(const auto muting, requested_muting(call, request));
    TRY_OK(db.statement("DELETE FROM feed_mutes WHERE room = ? AND user = ?")
               .bind_all(std::string_view{muting.room}, std::string_view{muting.user})
               .run());
    const Json answer{{"user", person_json(call.directory, muting.user)}};
    if (db.changes() == 0) return answer;
    TRY_OK(campus::note(call, "feed.unmuted", muting.user, {{"room", muting.room}}));
    TRY_OK(tell(call, "feed:unmuted", muting, answer));
    return answer;
}

Result<Json> list_mutes(ReadCall& call, const Json& request) {
    TRY(const auto room, campus::required_text(request, "room", campus::room_name_bytes_max));
    Json muted = Json::array();
    const std::string now = to_rfc3339(wall_now());
    auto select = call.db.statement(
        "SELECT user, until, by, at FROM feed_mutes WHERE room = ? AND (until IS NULL OR until > "
        "?) "
        "ORDER BY user");
    select.bind_all(std::string_view{room}, std::string_view{now});
    while (true) {
        TRY(const bool more, select.step());
        if (!more) break;
        muted.push_back(Json{{"user", person_json(call.directory, select.text(0))},
                             {"until", campus::text_or_null(select.text(1))},
                             {"by", person_json(call.directory, select.text(2))},
                             {"at", select.text(3)}});
    }
    // Behind what was read: he may be staff no longer.
    TRY_OK(require_room_staff(call.directory, call.who.user, room));
    return Json{{"muted", std::move(muted)}};
}

}  // namespace homeroom::features::feed
