// The journal's tables, how an event is written, and how old ones are dropped. Reading for one user
// is in journal_read.cpp.
//
//   journal           one row an event; what is read without its payload comes first in the row
//   journal_audience  (user, seq) for each user an event names: the second way to find it
//
//   journal_holes     (after, through]: seqs that no event has any more, or ever had. What was
//                     pruned is the one after 0: so the highest seq ever is known when no row is
//                     left
#include "store/journal.h"

#include <algorithm>
#include <cassert>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/ids.h"
#include "store/derived.h"
#include "store/store.h"

namespace homeroom::store {

namespace {

// In SQLite the rowid is part of every index, so that the one on room is one on (room, seq).
constexpr const char* schema = R"sql(
    CREATE TABLE journal (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL,
        at TEXT NOT NULL,
        type TEXT NOT NULL,
        room TEXT,            -- NULL: only for the users it names
        kind TEXT NOT NULL,
        users TEXT,           -- JSON array; NULL: none
        subject TEXT,         -- what it tells of, so that it can be forgotten with it
        payload TEXT NOT NULL
    );
    CREATE INDEX journal_room ON journal (room) WHERE room IS NOT NULL;
    CREATE INDEX journal_subject ON journal (subject) WHERE subject IS NOT NULL;
    CREATE TABLE journal_audience (
        user TEXT NOT NULL,
        seq INTEGER NOT NULL,
        PRIMARY KEY (user, seq)
    ) WITHOUT ROWID;
)sql";

constexpr const char* postgres_schema = R"sql(
    CREATE TABLE journal (
        seq INTEGER NOT NULL PRIMARY KEY,
        id TEXT NOT NULL,
        at TEXT NOT NULL,
        type TEXT NOT NULL,
        room TEXT,
        kind TEXT NOT NULL,
        users TEXT,
        subject TEXT,
        payload TEXT NOT NULL
    );
    CREATE INDEX journal_room ON journal (room, seq) WHERE room IS NOT NULL;
    CREATE INDEX journal_subject ON journal (subject) WHERE subject IS NOT NULL;
    CREATE TABLE journal_audience (
        user TEXT NOT NULL,
        seq INTEGER NOT NULL,
        PRIMARY KEY (user, seq)
    );
)sql";

// AUTOINCREMENT had kept the highest seq until then.
constexpr const char* holes_schema = R"sql(
    CREATE TABLE journal_holes (after INTEGER PRIMARY KEY, through INTEGER NOT NULL);
    INSERT INTO journal_holes (after, through)
        SELECT 0, coalesce((SELECT min(seq) - 1 FROM journal),
                           (SELECT seq FROM sqlite_sequence WHERE name = 'journal'), 0);
)sql";

constexpr const char* postgres_holes_schema = R"sql(
    CREATE TABLE journal_holes (after INTEGER NOT NULL PRIMARY KEY, through INTEGER NOT NULL);
    INSERT INTO journal_holes (after, through) VALUES (0, 0);
)sql";

const Migration migrations[] = {
    {"journal/1", schema, postgres_schema},
    {"journal/2", "ALTER TABLE journal ADD COLUMN notes TEXT"},
    {"journal/3", "ALTER TABLE journal ADD COLUMN part_of TEXT"},
    {"journal/moment", "ALTER TABLE journal ADD COLUMN moment INTEGER NOT NULL DEFAULT 0"},
    {"journal-holes/1", holes_schema, postgres_holes_schema},
    {"journal/derived", journal_derived_schema},
};

}  // namespace

std::span<const Migration> journal_migrations() {
    return migrations;
}

namespace {

constexpr std::size_t seq_digits = 16;

std::string json_text(std::string_view text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string room_on_the_wire(const StoredAudience& audience) {
    if (!audience.room.empty()) return json_text(audience.room);
    if (audience.kind == "users" && audience.users.size() == 1) {
        return json_text("user-" + audience.users.front());
    }
    return "null";
}

std::string payload_of(Seq seq, const EventDraft& draft, std::string_view id, std::string_view at) {
    assert(draft.body.size() >= 2 && draft.body.front() == '{' && draft.body.back() == '}');
    std::string_view members(draft.body);
    members = members.substr(1, members.size() - 2);
    const bool empty = members.find_first_not_of(" \t\r\n") == std::string_view::npos;
    return fmt::format(R"({{"seq":"{}","id":"{}","room":{},"at":"{}","by":{}{}{}}})", to_text(seq),
                       id, room_on_the_wire(draft.audience), at,
                       draft.by_json.empty() ? "null" : draft.by_json, empty ? "" : ",",
                       empty ? "" : members);
}

std::string users_to_text(const std::vector<std::string>& users) {
    return nlohmann::json(users).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

std::string to_text(Seq seq) {
    return fmt::format("{:016}", seq);
}

std::optional<Seq> seq_from_text(std::string_view text) {
    if (text.size() != seq_digits) return std::nullopt;
    Seq seq = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        seq = seq * 10 + static_cast<Seq>(c - '0');
    }
    return seq;
}

Result<JournalEvent> append(Database& db, Seq seq, const EventDraft& draft, std::string_view at) {
    const StoredAudience& audience = draft.audience;
    const std::string id = make_ulid(wall_now());
    std::string payload = payload_of(seq, draft, id, at);

    auto insert = db.statement(
        "INSERT INTO journal (seq, id, at, type, room, kind, users, subject, payload, notes,"
        " part_of, moment) VALUES (?1, ?2, ?3, ?4, nullif(?5, ''), ?6, nullif(?7, '[]'),"
        " nullif(?8, ''), ?9, nullif(?10, ''), nullif(?11, ''), ?12)");
    insert.bind_all(to_number(seq), id, at, draft.type, audience.room, audience.kind,
                    users_to_text(audience.users), draft.subject, payload, draft.notes,
                    audience.part_of, to_number(audience.moment));
    TRY_OK(insert.run());

    if (!audience.users.empty()) {
        auto name =
            db.statement("INSERT OR IGNORE INTO journal_audience (user, seq) VALUES (?, ?)");
        for (const std::string& user : audience.users) {
            name.bind_all(user, to_number(seq));
            TRY_OK(name.run());
        }
    }
    return JournalEvent{seq, draft.type, audience, std::move(payload), draft.notes};
}

Status forget(Database& db, std::string_view subject) {
    // `users` stays: by it the row's places in journal_audience are found when it is pruned.
    return db
        .statement(
            "UPDATE journal SET room = NULL, kind = 'forgotten', payload = '{}', notes = NULL"
            " WHERE subject = ?")
        .bind(1, subject)
        .run();
}

Result<Seq> last_seq(Database& db) {
    auto select = db.statement(
        "SELECT max(seq) FROM (SELECT max(seq) AS seq FROM journal"
        " UNION ALL SELECT max(through) FROM journal_holes) AS ends");
    TRY([[maybe_unused]] const bool row, select.step());
    return static_cast<Seq>(select.number(0));
}

Result<Seq> first_seq(Database& db) {
    auto select = db.statement("SELECT min(seq) FROM journal");
    TRY([[maybe_unused]] const bool row, select.step());
    if (!select.is_null(0)) return static_cast<Seq>(select.number(0));
    TRY(const Seq last, last_seq(db));
    return last + 1;
}

Result<std::int64_t> prune(Database& db, std::string_view before, std::int64_t rows_max) {
    TRY(const Seq first, first_seq(db));
    TRY(const Seq last, last_seq(db));
    const std::int64_t kept = to_number(last) - to_number(first) + 1;
    std::int64_t end = to_number(first) + std::clamp<std::int64_t>(rows_max, 0, kept);
    {
        auto select =
            db.statement("SELECT seq FROM journal WHERE seq < ? AND at >= ? ORDER BY seq LIMIT 1");
        select.bind_all(end, before);
        TRY(const bool row, select.step());
        if (row) end = select.number(0);
    }
    TRY_OK(db.statement("DELETE FROM journal_audience WHERE (user, seq) IN"
                        " (SELECT value, journal.seq FROM journal, json_each(journal.users)"
                        "  WHERE journal.seq < ?)")
               .bind(1, end)
               .run());
    TRY_OK(db.statement("DELETE FROM journal WHERE seq < ?").bind(1, end).run());
    const std::int64_t rows = db.changes();
    if (rows == 0) return rows;
    TRY_OK(db.statement("UPDATE journal_holes SET through = ? WHERE after = 0 AND through < ?")
               .bind_all(end - 1, end - 1)
               .run());
    return rows;
}

Result<bool> is_left_out(Database& db, Seq seq) {
    auto select =
        db.statement("SELECT 1 FROM journal_holes WHERE after < ? AND through > ? LIMIT 1");
    select.bind_all(to_number(seq), to_number(seq));
    return select.step();
}

Status leave_out(Database& db, Seq count) {
    TRY(const Seq last, last_seq(db));
    // A journal that never had a row ends where the hole of what was pruned does.
    return db
        .statement(
            "INSERT INTO journal_holes (after, through) VALUES (?1, ?2)"
            " ON CONFLICT (after) DO UPDATE SET through = excluded.through")
        .bind_all(to_number(last), to_number(last + count))
        .run();
}

}  // namespace homeroom::store
