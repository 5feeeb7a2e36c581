// What the server's clock does in a live session, and who is in it in the eyes of others.
#include "features/study/in_session.h"
#include "features/study/records.h"

namespace homeroom::features::study {

Result<std::optional<Happening>> keep_time(RoomCall& call, const std::string& id) {
    auto& db = call.transaction.db();
    TRY(auto session, load_session(db, id));
    if (!session || session->stage != Stage::live) return std::optional<Happening>{};
    Happening happening{.session = std::move(*session)};
    Session& now = happening.session;
    happening.state = now.shared.advance(call.now);
    if (now.breakouts && now.breakouts->ends_at && *now.breakouts->ends_at <= call.now) {
        now.breakouts.reset();
        happening.gathered = happening.state = now.shared.touch();
    }
    const std::string at = to_rfc3339(call.now);
    TRY(const auto members, present_in(db, id));
    for (const Presence& member : members) {
        if (member.away() && member.away_until <= at)
            TRY_OK(take_out(call, happening, member, Departure::lost));
    }
    TRY(happening, settle(call, std::move(happening)));
    return std::optional{std::move(happening)};
}

Result<bool> is_in_room(store::Database& db, const campus::Directory& directory,
                        std::string_view user, std::string_view room) {
    room.remove_prefix(room_prefix.size());
    const auto slash = room.find('/');
    const auto id = room.substr(0, slash);
    TRY(const auto session, load_session(db, id));
    if (!session || session->stage != Stage::live || !session->audience().admits(user, directory))
        return false;
    TRY(const auto member, presence_of(db, id, user));
    if (!member || slash == std::string_view::npos) return member.has_value();
    if (!session->breakouts) return false;
    const Breakout* const breakout = std::as_const(*session->breakouts).of(user);
    return breakout != nullptr && breakout->id == room.substr(slash + 1);
}

}  // namespace homeroom::features::study
