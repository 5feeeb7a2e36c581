#include "campus/roster/roster_store.h"

namespace homeroom::campus {
namespace {

using store::Database;
using store::Statement;

std::string joined(const std::vector<std::string>& items) {
    std::string text;
    for (const std::string& item : items) {
        if (!text.empty()) text += list_separator;
        text += item;
    }
    return text;
}

// A statement keeps views of its texts until it has run, so a date's text must outlive it.
struct DateText {
    explicit DateText(const std::optional<Date>& date)
        : text(date ? homeroom::to_string(*date) : std::string{}) {}
    void bind(Statement& statement, int parameter) const {
        if (text.empty()) {
            statement.bind_null(parameter);
        } else {
            statement.bind(parameter, std::string_view{text});
        }
    }
    std::string text;
};

std::string_view view(const std::string& text) {
    return text;
}

Status save(Database& db, const Org& org) {
    return db.statement("INSERT OR REPLACE INTO orgs (id, name, type, parent) VALUES (?, ?, ?, ?)")
        .bind_all(view(org.id), view(org.name), view(org.type), view(org.parent))
        .run();
}

Status save(Database& db, const AcademicSession& session) {
    const std::string start = homeroom::to_string(session.start);
    const std::string end = homeroom::to_string(session.end);
    return db
        .statement(
            "INSERT OR REPLACE INTO academic_sessions (id, title, type, start_date, end_date, "
            "parent) "
            "VALUES (?, ?, ?, ?, ?, ?)")
        .bind_all(view(session.id), view(session.title), view(session.type), view(start), view(end),
                  view(session.parent))
        .run();
}

Status save(Database& db, const Course& course) {
    return db.statement("INSERT OR REPLACE INTO courses (id, title, code, org) VALUES (?, ?, ?, ?)")
        .bind_all(view(course.id), view(course.title), view(course.code), view(course.org))
        .run();
}

Status save(Database& db, const Class& one) {
    const std::string terms = joined(one.terms);
    return db
        .statement(
            "INSERT OR REPLACE INTO classes (id, title, code, course, school, terms) VALUES (?, ?, "
            "?, ?, ?, ?)")
        .bind_all(view(one.id), view(one.title), view(one.code), view(one.course), view(one.school),
                  view(terms))
        .run();
}

Status save(Database& db, const User& user) {
    const std::string agents = joined(user.agents);
    return db
        .statement(
            "INSERT OR REPLACE INTO users (id, username, given_name, family_name, email, enabled, "
            "agents, hidden) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        .bind_all(view(user.id), view(user.username), view(user.given_name), view(user.family_name),
                  view(user.email), std::int64_t{user.enabled}, view(agents),
                  std::int64_t{user.hidden})
        .run();
}

Status save(Database& db, const Affiliation& affiliation) {
    const DateText begin{affiliation.begin};
    const DateText end{affiliation.end};
    auto insert = db.statement(
        "INSERT OR REPLACE INTO affiliations (id, user, org, role, is_primary, begin_date, "
        "end_date) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)");
    insert.bind_all(view(affiliation.id), view(affiliation.user), view(affiliation.org),
                    static_cast<std::int64_t>(affiliation.role), std::int64_t{affiliation.primary});
    begin.bind(insert, 6);
    end.bind(insert, 7);
    return insert.run();
}

Status save(Database& db, const Enrollment& enrollment) {
    const DateText begin{enrollment.begin};
    const DateText end{enrollment.end};
    auto insert = db.statement(
        "INSERT OR REPLACE INTO enrollments (id, user, class, school, role, is_primary, "
        "begin_date, end_date) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    insert.bind_all(view(enrollment.id), view(enrollment.user), view(enrollment.class_id),
                    view(enrollment.school), static_cast<std::int64_t>(enrollment.role),
                    std::int64_t{enrollment.primary});
    begin.bind(insert, 7);
    end.bind(insert, 8);
    return insert.run();
}

template <typename Record>
Status save_all(Database& db, const std::vector<Record>& records) {
    for (const Record& record : records) TRY_OK(save(db, record));
    return Ok{};
}

Status remove_all(Database& db, const char* sql, const std::vector<std::string>& ids) {
    for (const std::string& id : ids) TRY_OK(db.statement(sql).bind(1, view(id)).run());
    return Ok{};
}

}  // namespace

Status save_changes(Database& db, const Directory::Changes& changes) {
    TRY_OK(save_all(db, changes.upserts.orgs));
    TRY_OK(save_all(db, changes.upserts.sessions));
    TRY_OK(save_all(db, changes.upserts.courses));
    TRY_OK(save_all(db, changes.upserts.classes));
    TRY_OK(save_all(db, changes.upserts.users));
    TRY_OK(save_all(db, changes.upserts.affiliations));
    TRY_OK(save_all(db, changes.upserts.enrollments));
    TRY_OK(remove_all(db, "DELETE FROM enrollments WHERE id = ?", changes.removed_enrollments));
    TRY_OK(remove_all(db, "DELETE FROM affiliations WHERE id = ?", changes.removed_affiliations));
    TRY_OK(remove_all(db, "DELETE FROM classes WHERE id = ?", changes.removed_classes));
    TRY_OK(remove_all(db, "DELETE FROM courses WHERE id = ?", changes.removed_courses));
    TRY_OK(remove_all(db, "DELETE FROM users WHERE id = ?", changes.removed_users));
    TRY_OK(remove_all(db, "DELETE FROM academic_sessions WHERE id = ?", changes.removed_sessions));
    return remove_all(db, "DELETE FROM orgs WHERE id = ?", changes.removed_orgs);
}

}  // namespace homeroom::campus
