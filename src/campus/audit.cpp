#include "campus/audit.h"

#include <algorithm>

#include "base/hash.h"
#include "base/hex.h"

namespace homeroom::campus {
namespace {

using store::Database;

constexpr std::int64_t looked_at_max = 5'000;  // of one page

std::string no_digest() {
    return std::string(64, '0');
}

void add_text(std::string& bytes, std::string_view text) {
    bytes += std::to_string(text.size());
    bytes += ':';
    bytes += text;
}

std::string digest_of(std::string_view before, const AuditRow& row) {
    std::string bytes;
    add_text(bytes, before);
    add_text(bytes, std::to_string(row.number));
    for (const std::string* text : {&row.at, &row.actor, &row.action, &row.subject, &row.details})
        add_text(bytes, *text);
    return to_hex(sha256(bytes));
}

#define AUDIT_COLUMNS "number, at, actor, action, subject, details, digest"

AuditRow row_of(const store::Statement& row) {
    const auto text = [&row](int column) { return std::string{row.text(column)}; };
    return {.number = row.number(0),
            .at = text(1),
            .actor = text(2),
            .action = text(3),
            .subject = text(4),
            .details = text(5),
            .digest = text(6)};
}

struct Link {
    std::int64_t number = 0;
    std::string digest = no_digest();
    std::string latest{};  // the latest time of a row up to this one, whatever the clock did
};

// What the oldest row that is kept follows.
Result<Link> beginning(Database& db) {
    auto select = db.statement("SELECT number, digest FROM audit_beginning");
    TRY(const bool found, select.step());
    return found ? Link{select.number(0), std::string{select.text(1)}, {}} : Link{};
}

Result<Link> last_link(Database& db) {
    auto select = db.statement(
        "SELECT number, digest, max(latest, at) FROM audit ORDER BY number DESC LIMIT 1");
    TRY(const bool found, select.step());
    if (found)
        return Link{select.number(0), std::string{select.text(1)}, std::string{select.text(2)}};
    return beginning(db);
}

Result<std::int64_t> last_number(Database& db) {
    auto select = db.statement("SELECT number FROM audit_last");
    TRY([[maybe_unused]] const bool found, select.step());
    return select.number(0);
}

Result<std::int64_t> next_number(Database& db) {
    TRY_OK(db.statement("UPDATE audit_last SET number = number + 1").run());
    return last_number(db);
}

// The first row not older than this, by the times that rows have; INT64_MAX: there is none.
Result<std::int64_t> first_since(Database& db, std::string_view at) {
    auto select =
        db.statement("SELECT number FROM audit WHERE at >= ? ORDER BY at, number LIMIT 1");
    select.bind(1, at);
    TRY(const bool found, select.step());
    return found ? select.number(0) : std::int64_t{INT64_MAX};
}

// By the narrowest of what is asked for; the rest is looked at row by row.
store::Statement select_rows(Database& db, const AuditQuery& query) {
    const auto bound = [&](const char* sql, const std::string& text) {
        auto select = db.statement(sql);
        select.bind_all(query.before, looked_at_max + 1, std::string_view{text});
        return select;
    };
    if (!query.subject.empty())
        return bound("SELECT " AUDIT_COLUMNS
                     ", max(latest, at)"
                     " FROM audit WHERE subject = ?3 AND number < ?1"
                     " ORDER BY number DESC LIMIT ?2",
                     query.subject);
    if (!query.actor.empty())
        return bound("SELECT " AUDIT_COLUMNS
                     ", max(latest, at)"
                     " FROM audit WHERE actor = ?3 AND number < ?1"
                     " ORDER BY number DESC LIMIT ?2",
                     query.actor);
    if (!query.action.empty())
        return bound("SELECT " AUDIT_COLUMNS
                     ", max(latest, at)"
                     " FROM audit WHERE action = ?3 AND number < ?1"
                     " ORDER BY number DESC LIMIT ?2",
                     query.action);
    return bound("SELECT " AUDIT_COLUMNS
                 ", max(latest, at)"
                 " FROM audit WHERE number < ?1 AND ?3 = ''"
                 " ORDER BY number DESC LIMIT ?2",
                 query.subject);
}

bool fits(const AuditRow& row, const AuditQuery& query) {
    const auto is = [](const std::string& wanted, const std::string& text) {
        return wanted.empty() || wanted == text;
    };
    return is(query.actor, row.actor) && is(query.action, row.action) &&
           is(query.subject, row.subject) && row.at >= query.since &&
           (query.until.empty() || row.at < query.until);
}

}  // namespace

const char* const audit_schema = R"sql(
    CREATE TABLE audit (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        actor TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL,
        details TEXT NOT NULL,
        digest TEXT NOT NULL
    );
    CREATE INDEX audit_of_actor ON audit (actor);
    CREATE INDEX audit_of_action ON audit (action);
    CREATE INDEX audit_of_subject ON audit (subject);
    CREATE INDEX audit_by_time ON audit (at);
    -- The last row that was dropped because of its age; no row: none was.
    CREATE TABLE audit_beginning (number INTEGER NOT NULL, digest TEXT NOT NULL);
)sql";

// The last number that was given: a row that is missing at the end is missed. Until then it was
// SQLite's, which has one for each AUTOINCREMENT.
const char* const audit_last_schema = R"sql(
    CREATE TABLE audit_last (number INTEGER NOT NULL);
    INSERT INTO audit_last (number)
        SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'audit'), 0);
)sql";
const char* const audit_last_postgres_schema = R"sql(
    CREATE TABLE audit_last (number INTEGER NOT NULL);
    INSERT INTO audit_last (number) SELECT coalesce(max(number), 0) FROM audit;
)sql";

Status audit(store::Transaction& transaction, const AuditEntry& entry) {
    auto& db = transaction.db();
    TRY(const auto before, last_link(db));
    TRY(const auto number, next_number(db));
    AuditRow row{.number = number,
                 .at = transaction.at(),
                 .actor = entry.actor,
                 .action = std::string{entry.action},
                 .subject = entry.subject,
                 .details = entry.details};
    row.digest = digest_of(before.digest, row);
    return db
        .statement("INSERT INTO audit (" AUDIT_COLUMNS ", latest) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        .bind_all(row.number, std::string_view{row.at}, std::string_view{row.actor},
                  std::string_view{row.action}, std::string_view{row.subject},
                  std::string_view{row.details}, std::string_view{row.digest},
                  std::string_view{std::max(before.latest, row.at)})
        .run();
}

Result<AuditCheck> verify_audit(Database& db) {
    TRY(Link before, beginning(db));
    AuditCheck check{.last = before.number, .head = before.digest};
    auto select = db.statement("SELECT " AUDIT_COLUMNS " FROM audit ORDER BY number");
    while (true) {
        TRY(const bool more, select.step());
        if (!more) break;
        const AuditRow row = row_of(select);
        ++check.rows;
        const bool follows =
            row.number == before.number + 1 && row.digest == digest_of(before.digest, row);
        if (!follows && !check.broken_at) check.broken_at = row.number;
        before = {row.number, row.digest, {}};
    }
    check.last = before.number;
    check.head = before.digest;
    TRY(const auto last, last_number(db));
    if (!check.broken_at && last != before.number) check.broken_at = before.number + 1;
    return check;
}

Result<bool> has_digest(Database& db, std::string_view digest) {
    auto select = db.statement(
        "SELECT 1 FROM audit WHERE digest = ?1"
        " UNION ALL SELECT 1 FROM audit_beginning WHERE digest = ?1 LIMIT 1");
    select.bind(1, digest);
    return select.step();
}

Result<AuditPage> read_audit(Database& db, const AuditQuery& asked) {
    AuditQuery query = asked;
    if (!query.until.empty()) {
        TRY(const auto end, first_since(db, query.until));
        query.before = std::min(query.before, end);
    }
    AuditPage page;
    auto select = select_rows(db, query);
    std::int64_t looked_at = 0;
    std::int64_t last = query.before;
    while (true) {
        TRY(const bool more, select.step());
        // Before it there is none that is not older.
        if (!more || select.text(7) < query.since) return page;
        if (page.rows.size() == query.limit || looked_at == looked_at_max) {
            page.next = last;
            return page;
        }
        AuditRow row = row_of(select);
        ++looked_at;
        last = row.number;
        if (fits(row, query)) page.rows.push_back(std::move(row));
    }
}

Result<std::int64_t> prune_audit(Database& db, std::string_view before, std::int64_t rows_max) {
    Link last;
    std::int64_t count = 0;
    {
        auto select = db.statement("SELECT number, digest, at FROM audit ORDER BY number LIMIT ?");
        select.bind(1, rows_max);
        while (true) {
            TRY(const bool more, select.step());
            if (!more || select.text(2) >= before) break;
            last = {select.number(0), std::string{select.text(1)}, {}};
            ++count;
        }
    }
    if (count == 0) return count;
    TRY_OK(db.statement("DELETE FROM audit_beginning").run());
    TRY_OK(db.statement("INSERT INTO audit_beginning (number, digest) VALUES (?, ?)")
               .bind_all(last.number, std::string_view{last.digest})
               .run());
    TRY_OK(db.statement("DELETE FROM audit WHERE number <= ?").bind(1, last.number).run());
    return count;
}

}  // namespace homeroom::campus
