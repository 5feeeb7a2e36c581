#include "features/grades/grades.h"

#include "features/grades/requests.h"

namespace homeroom::features::grades {
namespace {

// One row a student and item. Scores are JSON numbers as texts: kept as they were given. The first
// three are what the student sees, NULL while nothing is published.
constexpr store::Migration migrations[] = {
    {"grades/1", R"sql(
        CREATE TABLE grades (
            row INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            class TEXT NOT NULL, item TEXT NOT NULL,
            student TEXT NOT NULL, student_name TEXT NOT NULL,
            score TEXT, max_score TEXT, comment TEXT, published_at TEXT,
            draft_score TEXT, draft_max_score TEXT, draft_comment TEXT,
            withdrawn INTEGER NOT NULL DEFAULT 0,
            grader TEXT, grader_name TEXT,  -- NULL: the platform's back end
            updated_at TEXT NOT NULL,
            UNIQUE (class, item, student)
        );
        CREATE INDEX grades_of_class ON grades (class, row);
        CREATE INDEX grades_of_student ON grades (student, row);
    )sql"},
};

}  // namespace

std::span<const store::Migration> grades_migrations() {
    return migrations;
}

void register_grades(campus::Surface& surface) {
    surface.write("grade:save", save_grade);
    surface.write("grade:publish", publish_grade);
    surface.write("grade:publishAll", publish_grades);
    surface.write("grade:withdraw", withdraw_grade);
    surface.read("grade:list", list_grades);
    surface.service_write("grade:publish", publish_platform_grades);
}

}  // namespace homeroom::features::grades
