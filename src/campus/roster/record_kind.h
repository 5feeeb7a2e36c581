// The seven kinds of records, by name and one after the other, for what is done alike with all.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "campus/roster/directory.h"

namespace homeroom::campus {

// The numbers are stored: never change one.
enum class RecordKind : std::uint8_t {
    org = 0,
    session = 1,
    course = 2,
    class_record = 3,
    user = 4,
    affiliation = 5,
    enrollment = 6,
};

// As reports and REST call them, in the order of the numbers.
inline constexpr std::array<std::string_view, 7> record_kind_names{
    "orgs", "academicSessions", "courses", "classes", "users", "roles", "enrollments"};

inline std::string_view to_string(RecordKind kind) {
    return record_kind_names[static_cast<std::size_t>(kind)];
}
inline std::optional<RecordKind> record_kind_from(std::string_view name) {
    for (std::size_t i = 0; i < record_kind_names.size(); ++i) {
        if (record_kind_names[i] == name) return static_cast<RecordKind>(i);
    }
    return std::nullopt;
}

// visit(kind, upserts, removed) for each kind; in an order in which nothing comes before what it
// names. `changes` may be const.
template <typename Changes, typename Visit>
void for_each_kind(Changes& changes, const Visit& visit) {
    auto& upserts = changes.upserts;
    visit(RecordKind::org, upserts.orgs, changes.removed_orgs);
    visit(RecordKind::session, upserts.sessions, changes.removed_sessions);
    visit(RecordKind::course, upserts.courses, changes.removed_courses);
    visit(RecordKind::class_record, upserts.classes, changes.removed_classes);
    visit(RecordKind::user, upserts.users, changes.removed_users);
    visit(RecordKind::affiliation, upserts.affiliations, changes.removed_affiliations);
    visit(RecordKind::enrollment, upserts.enrollments, changes.removed_enrollments);
}

// What was read, by id, for as long as it is where it is.
template <typename Record>
std::unordered_map<std::string_view, const Record*> by_id(const std::vector<Record>& records) {
    std::unordered_map<std::string_view, const Record*> map;
    map.reserve(records.size());
    for (const Record& record : records) map.emplace(record.id, &record);
    return map;
}

// visit(kind, stored, upserts, removed), the same beside what is stored.
template <typename Changes, typename Visit>
void for_each_kind(const Directory::Records& stored, Changes& changes, const Visit& visit) {
    auto& upserts = changes.upserts;
    visit(RecordKind::org, stored.orgs, upserts.orgs, changes.removed_orgs);
    visit(RecordKind::session, stored.sessions, upserts.sessions, changes.removed_sessions);
    visit(RecordKind::course, stored.courses, upserts.courses, changes.removed_courses);
    visit(RecordKind::class_record, stored.classes, upserts.classes, changes.removed_classes);
    visit(RecordKind::user, stored.users, upserts.users, changes.removed_users);
    visit(RecordKind::affiliation, stored.affiliations, upserts.affiliations,
          changes.removed_affiliations);
    visit(RecordKind::enrollment, stored.enrollments, upserts.enrollments,
          changes.removed_enrollments);
}

}  // namespace homeroom::campus
