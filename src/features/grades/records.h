// Grades as they are stored.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/database.h"

namespace homeroom::features::grades {

// What is said of a student's work. Numbers as JSON's texts; empty: none.
struct Mark {
    std::string score{};
    std::string max_score{};
    std::string comment{};
    bool operator==(const Mark&) const = default;
};

struct NamedPerson {
    std::string id{};
    std::string name{};  // as it was at that time
};

struct Grade {
    std::int64_t row = 0;
    std::string id{};
    std::string class_id{};
    std::string item{};
    NamedPerson student{};
    std::optional<Mark> published{};  // what the student sees
    std::string published_at{};
    std::optional<Mark> draft{};  // what the staff have written since
    bool withdrawn = false;
    NamedPerson grader{};  // no id: the platform's back end
    std::string updated_at{};
};

// What names a grade from outside.
struct Place {
    std::string class_id{};
    std::string item{};
    std::string student{};
};

Result<std::optional<Grade>> load_grade(store::Database& db, std::string_view id);
Result<std::optional<Grade>> find_grade(store::Database& db, const Place& place);
// Inserts it, or changes what is stored under its id.
Status store_grade(store::Database& db, const Grade& grade);

// Newest first. Empty texts: any.
struct ClassQuery {
    std::string_view class_id{};
    std::string_view student{};
    std::string_view item{};
    std::int64_t before = INT64_MAX;  // rows older than this
    std::size_t limit = 0;
};
Result<std::vector<Grade>> load_class_grades(store::Database& db, const ClassQuery& query);

// What is published of one student; `class_id` may be empty.
Result<std::vector<Grade>> load_published_grades(store::Database& db, const ClassQuery& query);

// Drafts of a class's item that were never withdrawn, the oldest first.
Result<std::vector<Grade>> load_drafts(store::Database& db, std::string_view class_id,
                                       std::string_view item, std::size_t limit);

}  // namespace homeroom::features::grades
