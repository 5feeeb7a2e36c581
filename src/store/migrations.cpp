// The table schema_migrations holds the name of each migration that has run.
#include "store/migrations.h"

#include <algorithm>
#include <cassert>
#include <fmt/format.h>
#include <set>
#include <string>

#include "base/clock.h"
#include "base/log.h"

namespace homeroom::store {
namespace {

using Names = std::set<std::string, std::less<>>;

Result<Names> names_that_ran(Database& db) {
    TRY_OK(
        db.execute("CREATE TABLE IF NOT EXISTS schema_migrations"
                   " (name TEXT PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID"));
    Names names;
    auto select = db.statement("SELECT name FROM schema_migrations");
    for (;;) {
        TRY(const bool row, select.step());
        if (!row) return names;
        names.emplace(select.text(0));
    }
}

Status check_known(const Names& ran, std::span<const Migration> migrations) {
    for (const std::string& name : ran) {
        if (std::ranges::find(migrations, name, &Migration::name) == migrations.end()) {
            return Error{Code::conflict,
                         fmt::format("the data were written by a newer version of Homeroom: it made"
                                     " the change {}, which this version does not know",
                                     name)};
        }
    }
    return Ok{};
}

Status run_and_record(Database& db, const Migration& migration) {
    const bool other = db.kind() == Kind::postgres && migration.postgres != nullptr;
    TRY_OK(db.execute(other ? migration.postgres : migration.sql));
    return db.statement("INSERT INTO schema_migrations (name, at) VALUES (?, ?)")
        .bind_all(migration.name, to_rfc3339(wall_now()))
        .run();
}

Status run_one(Database& db, const Migration& migration) {
    TRY_OK(db.begin(Purpose::write));
    Status status = run_and_record(db, migration);
    if (status.ok()) status = db.commit();
    if (status.ok()) {
        log::info("store: migrated name={}", migration.name);
        return Ok{};
    }
    // Fails only when the database has rolled back by itself.
    if (db.in_transaction()) static_cast<void>(db.rollback());
    Error error = std::move(status).error();
    error.message = fmt::format("migration {}: {}", migration.name, error.message);
    return error;
}

}  // namespace

Status migrate(Database& db, std::span<const Migration> migrations) {
    TRY(const Names ran, names_that_ran(db));
    TRY_OK(check_known(ran, migrations));
    Names seen;
    for (const Migration& migration : migrations) {
        [[maybe_unused]] const bool first = seen.emplace(migration.name).second;
        assert(first && "two migrations of one name");
        if (!ran.contains(migration.name)) TRY_OK(run_one(db, migration));
    }
    return Ok{};
}

}  // namespace homeroom::store
