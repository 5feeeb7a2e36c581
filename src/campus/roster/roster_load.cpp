#include "campus/roster/roster_store.h"

namespace homeroom::campus {
namespace {

std::optional<Date> date(const store::Statement& row, int column) {
    return row.is_null(column) ? std::nullopt : parse_date(row.text(column));
}

Role role(const store::Statement& row, int column) {
    const auto number = row.number(column);
    // A role that a later version wrote gives no rights in this one.
    return number >= 0 && number <= static_cast<int>(Role::guardian) ? static_cast<Role>(number)
                                                                     : Role::none;
}

std::vector<std::string> list(std::string_view text) {
    std::vector<std::string> items;
    while (!text.empty()) {
        const auto end = text.find(list_separator);
        items.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return items;
}

// Reads the rows of a range, each made into a record.
template <typename Record, typename Make>
Result<std::vector<Record>> read_range(store::Statement select, const RowRange& range, Make make) {
    const std::int64_t limit = range.limit < 0 ? INT64_MAX : range.limit;
    select.bind_all(std::string_view{range.from}, limit, range.offset);
    std::vector<Record> records;
    while (true) {
        TRY(const bool found, select.step());
        if (!found) return records;
        records.push_back(make(select));
    }
}

using Row = store::Statement;

}  // namespace

template <>
Result<std::vector<Org>> load_records(store::Database& db, const RowRange& range) {
    return read_range<Org>(
        db.statement("SELECT id, name, type, parent FROM orgs WHERE id >= ? ORDER BY id LIMIT ? "
                     "OFFSET ?"),
        range, [](const Row& r) {
            return Org{r.copy(0), r.copy(1), r.copy(2), r.copy(3)};
        });
}

template <>
Result<std::vector<AcademicSession>> load_records(store::Database& db, const RowRange& range) {
    return read_range<AcademicSession>(
        db.statement("SELECT id, title, type, start_date, end_date, parent FROM academic_sessions "
                     "WHERE id >= ? ORDER BY id LIMIT ? OFFSET ?"),
        range, [](const Row& r) {
            return AcademicSession{r.copy(0),
                                   r.copy(1),
                                   r.copy(2),
                                   date(r, 3).value_or(Date{}),
                                   date(r, 4).value_or(Date{}),
                                   r.copy(5)};
        });
}

template <>
Result<std::vector<Course>> load_records(store::Database& db, const RowRange& range) {
    return read_range<Course>(
        db.statement("SELECT id, title, code, org FROM courses WHERE id >= ? ORDER BY id LIMIT ? "
                     "OFFSET ?"),
        range, [](const Row& r) {
            return Course{r.copy(0), r.copy(1), r.copy(2), r.copy(3)};
        });
}

template <>
Result<std::vector<Class>> load_records(store::Database& db, const RowRange& range) {
    return read_range<Class>(
        db.statement("SELECT id, title, code, course, school, terms FROM classes WHERE id >= ? "
                     "ORDER BY id LIMIT ? OFFSET ?"),
        range, [](const Row& r) {
            return Class{r.copy(0), r.copy(1), r.copy(2), r.copy(3), r.copy(4), list(r.text(5))};
        });
}

template <>
Result<std::vector<User>> load_records(store::Database& db, const RowRange& range) {
    return read_range<User>(
        db.statement("SELECT id, username, given_name, family_name, email, enabled, agents, "
                     "hidden FROM users WHERE id >= ? ORDER BY id LIMIT ? OFFSET ?"),
        range, [](const Row& r) {
            return User{r.copy(0), r.copy(1),        r.copy(2),       r.copy(3),
                        r.copy(4), r.number(5) != 0, list(r.text(6)), r.number(7) != 0};
        });
}

template <>
Result<std::vector<Affiliation>> load_records(store::Database& db, const RowRange& range) {
    return read_range<Affiliation>(
        db.statement("SELECT id, user, org, role, is_primary, begin_date, end_date FROM "
                     "affiliations WHERE id >= ? ORDER BY id LIMIT ? OFFSET ?"),
        range, [](const Row& r) {
            return Affiliation{r.copy(0),        r.copy(1),  r.copy(2), role(r, 3),
                               r.number(4) != 0, date(r, 5), date(r, 6)};
        });
}

template <>
Result<std::vector<Enrollment>> load_records(store::Database& db, const RowRange& range) {
    return read_range<Enrollment>(
        db.statement("SELECT id, user, class, school, role, is_primary, begin_date, end_date FROM "
                     "enrollments WHERE id >= ? ORDER BY id LIMIT ? OFFSET ?"),
        range, [](const Row& r) {
            return Enrollment{r.copy(0),  r.copy(1),        r.copy(2),  r.copy(3),
                              role(r, 4), r.number(5) != 0, date(r, 6), date(r, 7)};
        });
}

Result<std::int64_t> count_rows(store::Statement select) {
    TRY([[maybe_unused]] const bool found, select.step());
    return select.number(0);
}

Result<Directory::Records> load_roster(store::Database& db) {
    Directory::Records records;
    TRY(records.orgs, load_records<Org>(db));
    TRY(records.sessions, load_records<AcademicSession>(db));
    TRY(records.courses, load_records<Course>(db));
    TRY(records.classes, load_records<Class>(db));
    TRY(records.users, load_records<User>(db));
    TRY(records.affiliations, load_records<Affiliation>(db));
    TRY(records.enrollments, load_records<Enrollment>(db));
    return records;
}

}  // namespace homeroom::campus
