#include "features/feed/moderation/standing.h"

#include "base/clock.h"
#include "features/feed/room_rules.h"

namespace homeroom::features::feed {
namespace {

// When he wrote last, while the room was slow.
Result<std::optional<WallTime>> last_turn(store::Database& db, const std::string& room,
                                          const std::string& user) {
    auto select = db.statement("SELECT at FROM feed_turns WHERE room = ? AND user = ?");
    select.bind_all(std::string_view{room}, std::string_view{user});
    TRY(const bool found, select.step());
    return found ? parse_rfc3339(select.text(0)) : std::nullopt;
}

}  // namespace

Result<std::optional<std::string>> muted_until(store::Database& db, const std::string& room,
                                               std::string_view user, std::string_view now) {
    auto select = db.statement(
        "SELECT until FROM feed_mutes WHERE room = ? AND user = ? AND (until IS NULL OR until > "
        "?)");
    select.bind_all(std::string_view{room}, user, now);
    TRY(const bool muted, select.step());
    return muted ? std::optional{std::string{select.text(0)}} : std::nullopt;
}

Status require_voice(const campus::WriteCall& call, const std::string& room, const char* field) {
    if (call.directory.is_staff(call.who.user, room)) return Ok{};
    TRY(const auto until,
        muted_until(call.transaction.db(), room, call.who.user, call.transaction.at()));
    if (!until) return Ok{};
    return Error{Code::forbidden,
                 until->empty() ? "you may only read in this room"
                                : "you may only read in this room until " + *until,
                 field};
}

Status require_open(const campus::WriteCall& call, const Post& post, const char* field) {
    if (!post.published()) return Error{Code::conflict, "it is not published yet", field};
    if (post.locked && !call.directory.is_staff(call.who.user, post.room))
        return Error{Code::forbidden, "the post is locked", field};
    return require_voice(call, post.room, field);
}

Status require_staff_of(const campus::WriteCall& call, const Post& post, const char* field) {
    if (call.directory.is_staff(call.who.user, post.room)) return Ok{};
    return Error{Code::forbidden, "only the room's staff may do that", field};
}

Status require_room_staff(const campus::Directory& directory, std::string_view user,
                          const std::string& room) {
    TRY_OK(require_feed(directory, user, room, "room"));
    if (directory.is_staff(user, room)) return Ok{};
    return Error{Code::forbidden, "only the room's staff may do that", "room"};
}

Result<std::int64_t> slow_seconds(store::Database& db, const std::string& room) {
    auto select = db.statement("SELECT slow_seconds FROM feed_rooms WHERE room = ?");
    select.bind(1, std::string_view{room});
    TRY(const bool found, select.step());
    return found ? select.number(0) : std::int64_t{0};
}

// A clock that is set back makes nobody wait longer than a whole pause.
Status take_turn(campus::WriteCall& call, const std::string& room) {
    auto& db = call.transaction.db();
    TRY(const auto seconds, slow_seconds(db, room));
    if (seconds == 0 || call.directory.is_staff(call.who.user, room)) return Ok{};
    TRY(const auto last, last_turn(db, room, call.who.user));
    const auto now = parse_rfc3339(call.transaction.at()).value_or(wall_now());
    const auto pause = std::chrono::seconds{seconds};
    if (last && *last <= now && now - *last < pause) {
        const auto wait = std::chrono::ceil<std::chrono::seconds>(pause - (now - *last));
        return Error{Code::rate_limited, "this room is in slow mode", "", wait};
    }
    return db.statement("INSERT OR REPLACE INTO feed_turns (room, user, at) VALUES (?, ?, ?)")
        .bind_all(std::string_view{room}, std::string_view{call.who.user},
                  std::string_view{call.transaction.at()})
        .run();
}

}  // namespace homeroom::features::feed
