#include "backbone/cursors.h"

#include <algorithm>
#include <utility>

namespace homeroom::backbone {
namespace {

// kafka_commands: which came in, and what became of them ('': carried out; else the code and the
// words of the refusal, and in `field` what of it was wrong). kafka_left_out: see LeftOut.
constexpr store::Migration migrations[] = {
    {"backbone/1", R"sql(
        CREATE TABLE kafka_cursors (
            partition INTEGER PRIMARY KEY,
            seq INTEGER NOT NULL
        );
        CREATE TABLE kafka_commands (
            source TEXT NOT NULL, id TEXT NOT NULL,
            at TEXT NOT NULL,
            refusal TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (source, id)
        ) WITHOUT ROWID;
        CREATE INDEX kafka_commands_by_time ON kafka_commands (at);
    )sql"},
    {"backbone/2", R"sql(
        ALTER TABLE kafka_commands ADD COLUMN field TEXT NOT NULL DEFAULT '';
        CREATE TABLE kafka_left_out (
            seq INTEGER PRIMARY KEY,
            reason TEXT NOT NULL,
            at TEXT NOT NULL
        );
    )sql"},
};

}  // namespace

std::span<const store::Migration> backbone_migrations() {
    return migrations;
}

Result<std::vector<store::Seq>> stored_cursors(store::Database& db) {
    std::vector<store::Seq> stored;
    auto select = db.statement("SELECT seq FROM kafka_cursors ORDER BY partition");
    for (;;) {
        TRY(const bool row, select.step());
        if (!row) return stored;
        stored.push_back(static_cast<store::Seq>(select.number(0)));
    }
}

Result<std::vector<store::Seq>> cursors_for(store::Database& db, std::vector<store::Seq> stored,
                                            std::size_t partitions) {
    if (stored.size() == partitions) return stored;
    TRY(const auto first, store::first_seq(db));
    const store::Seq begin = stored.empty() ? first - 1 : std::ranges::min(stored);
    return std::vector<store::Seq>(partitions, begin);
}

Result<std::vector<store::Seq>> load_cursors(store::Database& db, std::size_t partitions) {
    TRY(auto stored, stored_cursors(db));
    return cursors_for(db, std::move(stored), partitions);
}

Status save_cursors(store::Database& db, std::span<const store::Seq> cursors) {
    TRY_OK(db.statement("DELETE FROM kafka_cursors WHERE partition >= ?")
               .bind(1, static_cast<std::int64_t>(cursors.size()))
               .run());
    auto put = db.statement(
        "INSERT INTO kafka_cursors (partition, seq) VALUES (?1, ?2) "
        "ON CONFLICT (partition) DO UPDATE SET seq = excluded.seq");
    for (std::size_t i = 0; i < cursors.size(); ++i) {
        put.bind_all(static_cast<std::int64_t>(i), static_cast<std::int64_t>(cursors[i]));
        TRY_OK(put.run());
    }
    return Ok{};
}

Status save_left_out(store::Transaction& transaction, std::span<const LeftOut> events) {
    if (events.empty()) return Ok{};
    auto& db = transaction.db();
    TRY(const auto first, store::first_seq(db));
    TRY_OK(db.statement("DELETE FROM kafka_left_out WHERE seq < ?")
               .bind(1, static_cast<std::int64_t>(first))
               .run());
    auto put =
        db.statement("INSERT OR IGNORE INTO kafka_left_out (seq, reason, at) VALUES (?, ?, ?)");
    for (const LeftOut& event : events) {
        put.bind_all(static_cast<std::int64_t>(event.seq), std::string_view{event.reason},
                     std::string_view{transaction.at()});
        TRY_OK(put.run());
    }
    return Ok{};
}

Result<StoredBacklog> stored_backlog(store::Database& db) {
    StoredBacklog backlog;
    TRY(const auto cursors, load_cursors(db, 1));
    backlog.slowest = cursors.front();
    auto select = db.statement(
        "SELECT cast(coalesce(avg(length(payload)), 0) AS INTEGER) FROM"
        " (SELECT payload FROM journal ORDER BY seq DESC LIMIT 200)");
    TRY([[maybe_unused]] const bool row, select.step());
    backlog.event_bytes = static_cast<double>(select.number(0));
    return backlog;
}

Result<std::string> oldest_undelivered(store::Database& db) {
    auto select = db.statement(
        "SELECT at FROM journal"
        " WHERE seq > (SELECT coalesce(min(seq), 0) FROM kafka_cursors) ORDER BY seq LIMIT 1");
    TRY(const bool row, select.step());
    return row ? std::string{select.text(0)} : std::string{};
}

}  // namespace homeroom::backbone
