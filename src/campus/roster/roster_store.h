// The roster's tables. Everything runs on whoever owns the database connection.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "campus/roster/directory.h"
#include "store/store.h"

namespace homeroom::campus {

std::span<const store::Migration> roster_migrations();

// Everything in the tables, for Directory::load and for comparing with a package.
Result<Directory::Records> load_roster(store::Database& db);

// One kind's rows in the order of their ids: those from an id on, so many.
struct RowRange {
    std::string from{};
    std::int64_t limit = -1;  // below 0: all
    std::int64_t offset = 0;
};
template <typename Record>
Result<std::vector<Record>> load_records(store::Database& db, const RowRange& range = {});
template <>
Result<std::vector<Org>> load_records(store::Database& db, const RowRange& range);
template <>
Result<std::vector<AcademicSession>> load_records(store::Database& db, const RowRange& range);
template <>
Result<std::vector<Course>> load_records(store::Database& db, const RowRange& range);
template <>
Result<std::vector<Class>> load_records(store::Database& db, const RowRange& range);
template <>
Result<std::vector<User>> load_records(store::Database& db, const RowRange& range);
template <>
Result<std::vector<Affiliation>> load_records(store::Database& db, const RowRange& range);
template <>
Result<std::vector<Enrollment>> load_records(store::Database& db, const RowRange& range);

// Of a statement that counts.
Result<std::int64_t> count_rows(store::Statement select);

template <typename Record>
Result<std::optional<Record>> find_record(store::Database& db, const std::string& id) {
    TRY(auto records, load_records<Record>(db, {.from = id, .limit = 1}));
    if (records.empty() || records.front().id != id) return std::optional<Record>{};
    return std::optional{std::move(records.front())};
}

// Writes upserts and removals (inside the caller's transaction).
Status save_changes(store::Database& db, const Directory::Changes& changes);

// Lists within one column are kept as texts separated by this; no id contains it.
inline constexpr char list_separator = ' ';

}  // namespace homeroom::campus
