// What study sessions keep of people: who made which, and who was in which from when to when.
//
// Whoever is erased is off the roster, but a session that goes on may still have him: as who leads
// it, with his hand up, in a breakout room, for as long as it waits for those who are away. He is
// taken out of all that. Attendance is his, and goes. What he planned stays, by nobody, as an
// announcement does.
#include "base/limits.h"
#include "campus/personal_data.h"
#include "features/study/ending.h"
#include "features/study/records.h"
#include "features/study/study.h"

namespace homeroom::features::study {
namespace {

using campus::EraseCall;
using campus::ExpireCall;

constexpr campus::PersonalList lists[] = {
    {"study.attendance",
     "SELECT row, CASE WHEN user = ?1 THEN json_object('session', session, 'joinedAt', joined_at,"
     " 'leftAt', left_at, 'how', how) END"
     " FROM study_attendance WHERE row > CAST(?2 AS INTEGER) ORDER BY row LIMIT ?3"},
    {"study.sessions",
     "SELECT row, CASE WHEN host = ?1 OR led_by = ?1 THEN json_object('id', id, 'room', room,"
     " 'title', title, 'createdAt', created_at, 'led', json(CASE WHEN led_by = ?1 THEN 'true'"
     " ELSE 'false' END))"
     " END FROM study_sessions WHERE row > CAST(?2 AS INTEGER) ORDER BY row LIMIT ?3"},
};

// One step: through each table once, by the rows that are his.
Result<bool> erase_attendance(EraseCall& call) {
    auto& db = call.transaction.db();
    TRY(const auto found,
        campus::walk(db,
                     "SELECT row, CASE WHEN user = ?1 THEN CAST(row AS TEXT) END"
                     " FROM study_attendance WHERE row > CAST(?2 AS INTEGER) ORDER BY row LIMIT ?3",
                     call.user, call.position));
    call.position = found.position;
    for (const std::string& row : found.keys) {
        TRY_OK(db.statement("DELETE FROM study_attendance WHERE row = CAST(? AS INTEGER)")
                   .bind(1, std::string_view{row})
                   .run());
        ++call.erased;
    }
    return found.more;
}

// Whether he was anywhere in it.
bool forget(Session& session, const std::string& user) {
    bool found = session.shared.forget(user);
    if (!session.breakouts) return found;
    for (Breakout& room : session.breakouts->rooms)
        found = std::erase(room.users, user) > 0 || found;
    return found;
}

Result<bool> erase_from_sessions(EraseCall& call) {
    auto& db = call.transaction.db();
    TRY(const auto found,
        campus::walk(db,
                     "SELECT row, CASE WHEN host = ?1 OR led_by = ?1 OR (ended_at IS NULL"
                     " AND instr(state || coalesce(breakouts, ''), json_quote(?1)) > 0) THEN id END"
                     " FROM study_sessions WHERE row > CAST(?2 AS INTEGER) ORDER BY row LIMIT ?3",
                     call.user, call.position));
    call.position = found.position;
    for (const std::string& id : found.keys) {
        TRY_OK(db.statement("UPDATE study_sessions SET"
                            " host_name = CASE WHEN host = ?1 THEN ?3 ELSE host_name END,"
                            " host = CASE WHEN host = ?1 THEN ?2 ELSE host END,"
                            " led_by = CASE WHEN led_by = ?1 THEN ?2 ELSE led_by END WHERE id = ?4")
                   .bind_all(std::string_view{call.user}, campus::erased_id, campus::erased_name,
                             std::string_view{id})
                   .run());
        TRY(auto session, load_session(db, id));
        if (session && forget(*session, call.user)) TRY_OK(save_session(db, *session));
        ++call.erased;
    }
    return found.more;
}

constexpr campus::EraseRule erasing[] = {
    {"study.attendance", erase_attendance},
    {"study.sessions", erase_from_sessions},
};

Result<bool> somebody_is_held(store::Database& db, std::string_view session) {
    auto select = db.statement(
        "SELECT 1 FROM legal_holds WHERE user IN (SELECT user FROM study_attendance"
        " WHERE session = ?1 UNION SELECT host FROM study_sessions WHERE id = ?1)");
    select.bind(1, session);
    return select.step();
}

// From when they ended; with who was there.
Result<bool> expire(ExpireCall& call) {
    auto& db = call.transaction.db();
    // One that was planned long ago may have ended after others.
    TRY(const auto found,
        campus::walk(db,
                     "SELECT row, CASE WHEN ended_at < ?1 THEN id END FROM study_sessions"
                     " WHERE row > CAST(?2 AS INTEGER) ORDER BY row LIMIT ?3",
                     call.before, call.position));
    call.position = found.position;
    for (const std::string& id : found.keys) {
        TRY(const bool held, somebody_is_held(db, id));
        if (held) continue;
        TRY_OK(campus::forget(call.transaction, id));
        TRY_OK(delete_session(db, id));
        ++call.deleted;
    }
    return found.more;
}

constexpr campus::ExpireRule expiring[] = {{"study", expire}};

}  // namespace

campus::PersonalData personal_data() {
    return {lists, erasing, expiring};
}

}  // namespace homeroom::features::study
