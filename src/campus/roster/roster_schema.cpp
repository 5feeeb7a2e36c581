#include "campus/roster/roster_store.h"

namespace homeroom::campus {
namespace {

constexpr store::Migration migrations[] = {
    {"roster/1", R"sql(
        CREATE TABLE orgs (id TEXT PRIMARY KEY, name TEXT NOT NULL, type TEXT NOT NULL, parent TEXT NOT NULL)
            WITHOUT ROWID;
        CREATE TABLE academic_sessions (id TEXT PRIMARY KEY, title TEXT NOT NULL, type TEXT NOT NULL,
            start_date TEXT NOT NULL, end_date TEXT NOT NULL, parent TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE courses (id TEXT PRIMARY KEY, title TEXT NOT NULL, code TEXT NOT NULL, org TEXT NOT NULL)
            WITHOUT ROWID;
        CREATE TABLE classes (id TEXT PRIMARY KEY, title TEXT NOT NULL, code TEXT NOT NULL, course TEXT NOT NULL,
            school TEXT NOT NULL, terms TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE users (id TEXT PRIMARY KEY, username TEXT NOT NULL, given_name TEXT NOT NULL,
            family_name TEXT NOT NULL, email TEXT NOT NULL, enabled INTEGER NOT NULL, agents TEXT NOT NULL)
            WITHOUT ROWID;
        CREATE TABLE affiliations (id TEXT PRIMARY KEY, user TEXT NOT NULL, org TEXT NOT NULL, role INTEGER NOT NULL,
            is_primary INTEGER NOT NULL, begin_date TEXT, end_date TEXT) WITHOUT ROWID;
        CREATE TABLE enrollments (id TEXT PRIMARY KEY, user TEXT NOT NULL, class TEXT NOT NULL, school TEXT NOT NULL,
            role INTEGER NOT NULL, is_primary INTEGER NOT NULL, begin_date TEXT, end_date TEXT) WITHOUT ROWID;
        CREATE TABLE roster_imports (id INTEGER PRIMARY KEY, at TEXT NOT NULL, source TEXT NOT NULL,
            digest TEXT NOT NULL, change_set TEXT NOT NULL, report TEXT NOT NULL);
    )sql"},
    {"roster/hidden", "ALTER TABLE users ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0"},
    {"roster/imports", R"sql(
        ALTER TABLE roster_imports ADD COLUMN by_whom TEXT NOT NULL DEFAULT '';
        ALTER TABLE roster_imports ADD COLUMN roster_source TEXT NOT NULL DEFAULT '';
        ALTER TABLE roster_imports ADD COLUMN undoes INTEGER;
        ALTER TABLE roster_imports ADD COLUMN undone_by INTEGER;
        CREATE TABLE roster_import_changes (import INTEGER NOT NULL, kind INTEGER NOT NULL, id TEXT NOT NULL,
            before TEXT NOT NULL, after_digest TEXT NOT NULL, claim_before TEXT NOT NULL,
            claim_after TEXT NOT NULL, PRIMARY KEY (import, kind, id)) WITHOUT ROWID;
    )sql"},
    {"roster/claims", R"sql(
        CREATE TABLE roster_claims (kind INTEGER NOT NULL, id TEXT NOT NULL, source TEXT NOT NULL,
            removed INTEGER NOT NULL, at TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID;
    )sql"},
    // When somebody came onto the roster, by the journal's last event. What his rooms were before
    // and after is in the journal (campus/membership_history.h).
    {"roster/arrivals", R"sql(
        CREATE TABLE roster_arrivals (
            user TEXT NOT NULL, seq INTEGER NOT NULL, at TEXT NOT NULL,
            PRIMARY KEY (user, seq)
        ) WITHOUT ROWID;
    )sql"},
};

}  // namespace

std::span<const store::Migration> roster_migrations() {
    return migrations;
}

}  // namespace homeroom::campus
