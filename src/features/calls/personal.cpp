// What calls keep of people: who called whom, when, what became of it, and who was in which from
// when to when. What was said, and what their browsers told each other, was never kept.
//
// Erased: he becomes nobody in them, so that the others' histories stay as they were. His
// attendance is his, and goes.
#include "base/limits.h"
#include "campus/own_personal_data.h"
#include "campus/personal_data.h"
#include "features/calls/call_json.h"
#include "features/calls/calls.h"
#include "features/calls/limits.h"
#include "features/calls/records.h"

namespace homeroom::features::calls {
namespace {

using campus::EraseCall;
using campus::ExpireCall;
using campus::Json;
using campus::walk;

// --- Export: those that he may know of.
constexpr campus::PersonalList lists[] = {
    {"calls",
     "SELECT person.row, CASE WHEN person.hidden = 0 THEN json_object('id', calls.id,"
     " 'room', calls.room, 'createdAt', calls.created_at,"
     " 'begunByYou', json(CASE json_extract(calls.state, '$.owner') WHEN ?1 THEN 'true'"
     " ELSE 'false' END), 'outcome', json_extract(calls.state, '$.reason'), 'yourState',"
     " (SELECT json_extract(leg.value, '$.state')"
     "  FROM json_each(json_extract(calls.state, '$.legs')) AS leg"
     "  WHERE json_extract(leg.value, '$.id') = ?1)) END"
     " FROM call_people AS person JOIN calls ON calls.row = person.row"
     " WHERE person.user = ?1 AND person.row > CAST(?2 AS INTEGER) ORDER BY person.row LIMIT ?3"},
    {"calls.attendance",
     "SELECT mine.row, json_object('call', calls.id, 'joinedAt', mine.joined_at,"
     " 'leftAt', mine.left_at, 'how', mine.how)"
     " FROM call_attendance AS mine JOIN calls ON calls.row = mine.call"
     " WHERE mine.user = ?1 AND mine.row > CAST(?2 AS INTEGER) ORDER BY mine.row LIMIT ?3"},
};

// --- Erasure

Status erase_from(store::Database& db, std::string_view user, std::string_view row) {
    auto select = db.statement("SELECT state FROM calls WHERE row = CAST(? AS INTEGER)");
    select.bind(1, row);
    TRY(const bool found, select.step());
    if (found) {
        Json state = Json::parse(select.text(0), nullptr, false);
        campus::replace_person(state, user);
        TRY_OK(select.run());
        TRY_OK(db.statement("UPDATE calls SET state = ? WHERE row = CAST(? AS INTEGER)")
                   .bind_all(state.dump(-1, ' ', false, Json::error_handler_t::replace), row)
                   .run());
    }
    return db.statement("DELETE FROM call_people WHERE user = ? AND row = CAST(? AS INTEGER)")
        .bind_all(user, row)
        .run();
}

Result<bool> erase_calls(EraseCall& call) {
    auto& db = call.transaction.db();
    TRY(const auto found,
        walk(db,
             "SELECT row, row FROM call_people WHERE user = ?1 AND row > CAST(?2 AS INTEGER)"
             " ORDER BY row LIMIT ?3",
             call.user, call.position));
    call.position = found.position;
    for (const std::string& row : found.keys) {
        TRY_OK(erase_from(db, call.user, row));
        ++call.erased;
    }
    return found.more;
}

// So many at once that they fit into one step: of one person in one call there are few.
Result<bool> erase_attendance(EraseCall& call) {
    auto& db = call.transaction.db();
    TRY_OK(db.statement("DELETE FROM call_attendance WHERE row IN (SELECT row FROM call_attendance"
                        " WHERE user = ?1 ORDER BY row LIMIT ?2)")
               .bind_all(std::string_view{call.user}, limits::erased_at_once)
               .run());
    const auto erased = db.changes();
    call.erased += erased;
    return erased == limits::erased_at_once;
}

constexpr campus::EraseRule erasing[] = {{"calls", erase_calls},
                                         {"calls.attendance", erase_attendance}};

// --- Age

Result<bool> somebody_is_held(store::Database& db, std::string_view id) {
    auto select = db.statement(
        "SELECT 1 FROM calls JOIN call_people AS person ON person.row = calls.row"
        " JOIN legal_holds ON legal_holds.user = person.user WHERE calls.id = ? LIMIT 1");
    select.bind(1, id);
    return select.step();
}

// Those that are over: nothing goes on for longer than limits::call_time_max.
Result<bool> expire_calls(ExpireCall& call) {
    auto& db = call.transaction.db();
    TRY(const auto found, campus::too_old(db,
                                          "SELECT row, id, json_extract(state, '$.owner'),"
                                          " CASE live WHEN 0 THEN created_at END FROM calls"
                                          " WHERE row > CAST(?1 AS INTEGER) ORDER BY row LIMIT ?2",
                                          call));
    call.position = found.position;
    for (const std::string& id : found.keys) {
        TRY(const bool held, somebody_is_held(db, id));
        if (held) continue;
        for (const char* sql :
             {"DELETE FROM call_attendance WHERE call = (SELECT row FROM calls WHERE id = ?)",
              "DELETE FROM call_people WHERE row = (SELECT row FROM calls WHERE id = ?)",
              "DELETE FROM calls WHERE id = ?"}) {
            TRY_OK(db.statement(sql).bind(1, std::string_view{id}).run());
        }
        ++call.deleted;
    }
    return found.more;
}

constexpr campus::ExpireRule expiring[] = {{"calls", expire_calls}};

}  // namespace

campus::PersonalData personal_data() {
    return {lists, erasing, expiring};
}

}  // namespace homeroom::features::calls
