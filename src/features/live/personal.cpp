// What live classes keep of people: who planned which, and whose picture it was. Who watched is
// kept nowhere. What somebody planned stays when he is erased, by nobody, as an announcement does.
#include "base/limits.h"
#include "campus/personal_data.h"
#include "campus/schedule.h"
#include "features/live/live.h"
#include "features/live/records.h"
#include "features/live/settling.h"

namespace homeroom::features::live {
namespace {

using campus::EraseCall;
using campus::ExpireCall;

constexpr campus::PersonalList lists[] = {
    {"live.classes",
     "SELECT row, CASE WHEN host = ?1 OR presenter = ?1 THEN json_object('id', id, 'room', room,"
     " 'title', title, 'createdAt', created_at, 'startedAt', started_at, 'endedAt', ended_at,"
     " 'url', url, 'recording', recording, 'presented',"
     " json(CASE WHEN presenter = ?1 THEN 'true' ELSE 'false' END))"
     " END FROM live_classes WHERE row > CAST(?2 AS INTEGER) ORDER BY row LIMIT ?3"},
};

Result<bool> erase_own(EraseCall& call) {
    auto& db = call.transaction.db();
    TRY(const auto found,
        campus::walk(db,
                     "SELECT row, CASE WHEN host = ?1 OR presenter = ?1 THEN id END"
                     " FROM live_classes WHERE row > CAST(?2 AS INTEGER) ORDER BY row LIMIT ?3",
                     call.user, call.position));
    call.position = found.position;
    for (const std::string& id : found.keys) {
        TRY_OK(db.statement("UPDATE live_classes SET"
                            " host_name = CASE WHEN host = ?1 THEN ?3 ELSE host_name END,"
                            " host = CASE WHEN host = ?1 THEN ?2 ELSE host END,"
                            " presenter = CASE WHEN presenter = ?1 THEN ?2 ELSE presenter END"
                            " WHERE id = ?4")
                   .bind_all(std::string_view{call.user}, campus::erased_id, campus::erased_name,
                             std::string_view{id})
                   .run());
        ++call.erased;
    }
    return found.more;
}

constexpr campus::EraseRule erasing[] = {{"live.classes", erase_own}};

Result<bool> is_kept(store::Database& db, std::string_view id) {
    auto select = db.statement(
        "SELECT 1 FROM legal_holds WHERE user IN (SELECT host FROM live_classes WHERE id = ?1"
        " UNION SELECT presenter FROM live_classes WHERE id = ?1)");
    select.bind(1, id);
    return select.step();
}

// From when they ended. Recordings are the media server's.
Result<bool> expire(ExpireCall& call) {
    auto& db = call.transaction.db();
    TRY(const auto found,
        campus::walk(db,
                     "SELECT row, CASE WHEN ended_at < ?1 THEN id END FROM live_classes"
                     " WHERE row > CAST(?2 AS INTEGER) ORDER BY row LIMIT ?3",
                     call.before, call.position));
    call.position = found.position;
    for (const std::string& id : found.keys) {
        TRY(const bool kept, is_kept(db, id));
        if (kept) continue;
        TRY_OK(campus::forget(call.transaction, id));
        TRY_OK(campus::unschedule(call.transaction, clock_kind, id));
        TRY_OK(delete_live(db, id));
        ++call.deleted;
    }
    return found.more;
}

constexpr campus::ExpireRule expiring[] = {{"live", expire}};

}  // namespace

campus::PersonalData personal_data() {
    return {lists, erasing, expiring};
}

}  // namespace homeroom::features::live
