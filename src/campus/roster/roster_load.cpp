#include "campus/roster/roster_store.h"

namespace homeroom::campus {
namespace {

std::string copy(const store::Statement& row, int column) {
    return std::string{row.text(column)};
}

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

// Reads every row of a statement into a list.
template <typename Record, typename Make>
Status read_all(store::Statement select, std::vector<Record>& to, Make make) {
    while (true) {
        TRY(const bool found, select.step());
        if (!found) return Ok{};
        to.push_back(make(select));
    }
}

}  // namespace

Result<Directory::Records> load_roster(store::Database& db) {
    using Row = store::Statement;
    Directory::Records records;
    TRY_OK(read_all(db.statement("SELECT id, name, type, parent FROM orgs"), records.orgs,
                    [](const Row& r) {
                        return Org{copy(r, 0), copy(r, 1), copy(r, 2), copy(r, 3)};
                    }));
    TRY_OK(read_all(
        db.statement("SELECT id, title, type, start_date, end_date, parent FROM academic_sessions"),
        records.sessions, [](const Row& r) {
            return AcademicSession{copy(r, 0),
                                   copy(r, 1),
                                   copy(r, 2),
                                   date(r, 3).value_or(Date{}),
                                   date(r, 4).value_or(Date{}),
                                   copy(r, 5)};
        }));
    TRY_OK(read_all(db.statement("SELECT id, title, code, org FROM courses"), records.courses,
                    [](const Row& r) {
                        return Course{copy(r, 0), copy(r, 1), copy(r, 2), copy(r, 3)};
                    }));
    TRY_OK(read_all(db.statement("SELECT id, title, code, course, school, terms FROM classes"),
                    records.classes, [](const Row& r) {
                        return Class{copy(r, 0), copy(r, 1), copy(r, 2),
                                     copy(r, 3), copy(r, 4), list(r.text(5))};
                    }));
    TRY_OK(read_all(
        db.statement("SELECT id, username, given_name, family_name, email, enabled, agents, "
                     "hidden FROM users"),
        records.users, [](const Row& r) {
            return User{copy(r, 0), copy(r, 1),       copy(r, 2),      copy(r, 3),
                        copy(r, 4), r.number(5) != 0, list(r.text(6)), r.number(7) != 0};
        }));
    TRY_OK(read_all(
        db.statement(
            "SELECT id, user, org, role, is_primary, begin_date, end_date FROM affiliations"),
        records.affiliations, [](const Row& r) {
            return Affiliation{copy(r, 0),       copy(r, 1), copy(r, 2), role(r, 3),
                               r.number(4) != 0, date(r, 5), date(r, 6)};
        }));
    TRY_OK(read_all(db.statement("SELECT id, user, class, school, role, is_primary, begin_date, "
                                 "end_date FROM enrollments"),
                    records.enrollments, [](const Row& r) {
                        return Enrollment{copy(r, 0), copy(r, 1),       copy(r, 2), copy(r, 3),
                                          role(r, 4), r.number(5) != 0, date(r, 6), date(r, 7)};
                    }));
    return records;
}

}  // namespace homeroom::campus
