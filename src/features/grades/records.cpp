#include "features/grades/records.h"

namespace homeroom::features::grades {
namespace {

using store::Database;
using store::Statement;

// Columns in the order in which grade_of() reads them.
#define GRADE_COLUMNS                                                                        \
    "row, id, class, item, student, student_name, score, max_score, comment, published_at, " \
    "draft_score, draft_max_score, draft_comment, withdrawn, grader, grader_name, updated_at"

std::string text(const Statement& row, int column) {
    return std::string{row.text(column)};
}

// Of three columns; none where there is no score.
std::optional<Mark> mark_of(const Statement& row, int first) {
    if (row.is_null(first)) return std::nullopt;
    return Mark{text(row, first), text(row, first + 1), text(row, first + 2)};
}

Grade grade_of(const Statement& row) {
    return {.row = row.number(0),
            .id = text(row, 1),
            .class_id = text(row, 2),
            .item = text(row, 3),
            .student = {text(row, 4), text(row, 5)},
            .published = mark_of(row, 6),
            .published_at = text(row, 9),
            .draft = mark_of(row, 10),
            .withdrawn = row.number(13) != 0,
            .grader = {text(row, 14), text(row, 15)},
            .updated_at = text(row, 16)};
}

Result<std::optional<Grade>> one_of(Statement& select) {
    TRY(const bool found, select.step());
    if (!found) return std::optional<Grade>{};
    return std::optional<Grade>{grade_of(select)};
}

Result<std::vector<Grade>> all_of(Statement& select) {
    std::vector<Grade> grades;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return grades;
        grades.push_back(grade_of(select));
    }
}

}  // namespace

Result<std::optional<Grade>> load_grade(Database& db, std::string_view id) {
    auto select = db.statement("SELECT " GRADE_COLUMNS " FROM grades WHERE id = ?");
    select.bind(1, id);
    return one_of(select);
}

Result<std::optional<Grade>> find_grade(Database& db, const Place& place) {
    auto select = db.statement("SELECT " GRADE_COLUMNS
                               " FROM grades WHERE class = ? AND item = ? AND student = ?");
    select.bind_all(std::string_view{place.class_id}, std::string_view{place.item},
                    std::string_view{place.student});
    return one_of(select);
}

Status store_grade(Database& db, const Grade& grade) {
    const Mark published = grade.published.value_or(Mark{});
    const Mark draft = grade.draft.value_or(Mark{});
    return db
        .statement(
            "INSERT INTO grades (id, class, item, student, student_name, score, max_score, comment,"
            " published_at, draft_score, draft_max_score, draft_comment, withdrawn, grader,"
            " grader_name, updated_at)"
            " VALUES (?, ?, ?, ?, ?, nullif(?, ''), nullif(?, ''), nullif(?, ''), nullif(?, ''),"
            " nullif(?, ''), nullif(?, ''), nullif(?, ''), ?, nullif(?, ''), nullif(?, ''), ?)"
            " ON CONFLICT (id) DO UPDATE SET student_name = excluded.student_name,"
            " score = excluded.score, max_score = excluded.max_score, comment = excluded.comment,"
            " published_at = excluded.published_at, draft_score = excluded.draft_score,"
            " draft_max_score = excluded.draft_max_score, draft_comment = excluded.draft_comment,"
            " withdrawn = excluded.withdrawn, grader = excluded.grader,"
            " grader_name = excluded.grader_name, updated_at = excluded.updated_at")
        .bind_all(std::string_view{grade.id}, std::string_view{grade.class_id},
                  std::string_view{grade.item}, std::string_view{grade.student.id},
                  std::string_view{grade.student.name}, std::string_view{published.score},
                  std::string_view{published.max_score}, std::string_view{published.comment},
                  std::string_view{grade.published_at}, std::string_view{draft.score},
                  std::string_view{draft.max_score}, std::string_view{draft.comment},
                  std::int64_t{grade.withdrawn}, std::string_view{grade.grader.id},
                  std::string_view{grade.grader.name}, std::string_view{grade.updated_at})
        .run();
}

Result<std::vector<Grade>> load_class_grades(Database& db, const ClassQuery& query) {
    auto select =
        db.statement("SELECT " GRADE_COLUMNS
                     " FROM grades WHERE class = ?1 AND row < ?2 AND (?3 = '' OR student = ?3)"
                     " AND (?4 = '' OR item = ?4) ORDER BY row DESC LIMIT ?5");
    select.bind_all(query.class_id, query.before, query.student, query.item,
                    static_cast<std::int64_t>(query.limit));
    return all_of(select);
}

Result<std::vector<Grade>> load_published_grades(Database& db, const ClassQuery& query) {
    auto select = db.statement(
        "SELECT " GRADE_COLUMNS
        " FROM grades WHERE student = ?1 AND row < ?2 AND score IS NOT NULL"
        " AND (?3 = '' OR class = ?3) AND (?4 = '' OR item = ?4) ORDER BY row DESC LIMIT ?5");
    select.bind_all(query.student, query.before, query.class_id, query.item,
                    static_cast<std::int64_t>(query.limit));
    return all_of(select);
}

Result<std::vector<Grade>> load_drafts(Database& db, std::string_view class_id,
                                       std::string_view item, std::size_t limit) {
    auto select = db.statement(
        "SELECT " GRADE_COLUMNS
        " FROM grades WHERE class = ? AND item = ? AND draft_score IS NOT NULL AND withdrawn = 0"
        " ORDER BY row LIMIT ?");
    select.bind_all(class_id, item, static_cast<std::int64_t>(limit));
    return all_of(select);
}

}  // namespace homeroom::features::grades
