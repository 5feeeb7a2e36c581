// What grades keep of people. A student's are exported, drafts left out until he may see them, and
// erased with him; of what he graded others he is nobody. They have no age: a school's records are
// the school's to close.
#include "campus/personal_data.h"
#include "features/grades/grades.h"

namespace homeroom::features::grades {
namespace {

using campus::EraseCall;

constexpr campus::PersonalList lists[] = {
    {"grades",
     "SELECT row, CASE WHEN published_at IS NOT NULL THEN json_object('id', id, 'class', class,"
     " 'item', item, 'score', json(score), 'maxScore', json(max_score), 'comment', comment,"
     " 'publishedAt', published_at) END"
     " FROM grades WHERE student = ?1 AND row > CAST(?2 AS INTEGER) ORDER BY row LIMIT ?3"},
    {"grading",
     "SELECT row, CASE WHEN grader = ?1 THEN json_object('id', id, 'class', class, 'item', item,"
     " 'updatedAt', updated_at) END"
     " FROM grades WHERE row > CAST(?2 AS INTEGER) ORDER BY row LIMIT ?3"},
};

Result<bool> erase_own(EraseCall& call) {
    auto& db = call.transaction.db();
    TRY(const auto found,
        campus::walk(db,
                     "SELECT row, id FROM grades WHERE student = ?1 AND row > CAST(?2 AS INTEGER)"
                     " ORDER BY row LIMIT ?3",
                     call.user, call.position));
    call.position = found.position;
    for (const std::string& id : found.keys) {
        TRY_OK(campus::forget(call.transaction, id));
        TRY_OK(campus::forget(call.transaction, id + "/staff"));
        TRY_OK(db.statement("DELETE FROM grades WHERE id = ?").bind(1, std::string_view{id}).run());
        ++call.erased;
    }
    return found.more;
}

Result<bool> erase_grading(EraseCall& call) {
    auto& db = call.transaction.db();
    TRY(const auto found, campus::walk(db,
                                       "SELECT row, CASE WHEN grader = ?1 THEN id END FROM grades"
                                       " WHERE row > CAST(?2 AS INTEGER) ORDER BY row LIMIT ?3",
                                       call.user, call.position));
    call.position = found.position;
    for (const std::string& id : found.keys) {
        TRY_OK(db.statement("UPDATE grades SET grader = ?, grader_name = ? WHERE id = ?")
                   .bind_all(campus::erased_id, campus::erased_name, std::string_view{id})
                   .run());
        ++call.erased;
    }
    return found.more;
}

constexpr campus::EraseRule erasing[] = {
    {"grades", erase_own},
    {"grades.grader", erase_grading},
};

}  // namespace

campus::PersonalData personal_data() {
    return {lists, erasing, {}};
}

}  // namespace homeroom::features::grades
