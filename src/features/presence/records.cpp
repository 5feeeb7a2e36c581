#include "features/presence/records.h"

#include "features/presence/presence.h"

namespace homeroom::features::presence {
namespace {

constexpr store::Migration migrations[] = {
    {"presence/1", R"sql(
        CREATE TABLE presence (
            user TEXT PRIMARY KEY,
            wish TEXT,       -- 'busy', 'invisible'; NULL: neither
            seen_at INTEGER  -- milliseconds since 1970; NULL: never, or it is not kept
        ) WITHOUT ROWID;
    )sql"},
};

}  // namespace

std::span<const store::Migration> migrations_of_records() {
    return migrations;
}

Result<std::vector<Record>> load_records(store::Database& db) {
    std::vector<Record> records;
    auto select = db.statement("SELECT user, wish, seen_at FROM presence");
    while (true) {
        TRY(const bool found, select.step());
        if (!found) return records;
        Record& record = records.emplace_back();
        record.user = select.text(0);
        if (!select.is_null(1)) record.wish = status_from(select.text(1));
        if (!select.is_null(2)) record.seen = WallTime{std::chrono::milliseconds{select.number(2)}};
    }
}

Result<bool> is_invisible(store::Database& db, std::string_view user) {
    auto select = db.statement("SELECT 1 FROM presence WHERE user = ? AND wish = ?");
    select.bind_all(user, to_string(Availability::invisible));
    return select.step();
}

Status save_wish(store::Database& db, std::string_view user, std::optional<Availability> wish) {
    const std::string_view text = wish ? to_string(*wish) : std::string_view{};
    return db
        .statement(
            "INSERT INTO presence (user, wish) VALUES (?, NULLIF(?, '')) "
            "ON CONFLICT (user) DO UPDATE SET wish = excluded.wish")
        .bind_all(user, text)
        .run();
}

Status save_seen(store::Database& db, std::string_view user, WallTime at) {
    return db
        .statement(
            "INSERT INTO presence (user, seen_at) VALUES (?, ?) "
            "ON CONFLICT (user) DO UPDATE SET seen_at = excluded.seen_at")
        .bind_all(user, std::int64_t{at.time_since_epoch().count()})
        .run();
}

Status forget_record(store::Database& db, std::string_view user) {
    return db.statement("DELETE FROM presence WHERE user = ?").bind_all(user).run();
}

Status forget_seen(store::Database& db) {
    return db.statement("UPDATE presence SET seen_at = NULL WHERE seen_at IS NOT NULL").run();
}

}  // namespace homeroom::features::presence
