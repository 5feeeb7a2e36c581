#include "features/live/records.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace homeroom::features::live {
namespace {

using store::Database;
using store::Statement;

constexpr store::Migration migrations[] = {
    {"live/1", R"sql(
        CREATE TABLE live_classes (
            row INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            room TEXT NOT NULL, title TEXT NOT NULL,
            host TEXT NOT NULL, host_name TEXT NOT NULL,
            presenter TEXT NOT NULL, stage TEXT NOT NULL,
            moment INTEGER NOT NULL, version INTEGER NOT NULL,
            url TEXT, recording TEXT,
            starts_at TEXT, created_at TEXT NOT NULL, started_at TEXT, ended_at TEXT,
            encoder INTEGER NOT NULL, heard_at TEXT,
            encoder_session TEXT, replaced_session TEXT,
            reminds_at TEXT, interrupts_at TEXT, gives_up_at TEXT, closes_at TEXT
        );
        CREATE INDEX live_classes_of_room ON live_classes (room, row);
        CREATE INDEX live_classes_open ON live_classes (room) WHERE ended_at IS NULL;

        -- Milliseconds; and a thousandth of those who begin to watch in a second.
        CREATE TABLE live_settings (
            only INTEGER PRIMARY KEY CHECK (only = 1),
            reminded_before INTEGER NOT NULL, interrupted_after INTEGER NOT NULL,
            ended_after INTEGER NOT NULL, joins INTEGER NOT NULL
        );
    )sql"},
};

// Columns in the order in which live_of() reads them.
#define LIVE_COLUMNS                                                                  \
    "row, id, room, title, host, host_name, presenter, stage, moment, version, url, " \
    "recording, starts_at, created_at, started_at, ended_at, encoder, heard_at, "     \
    "encoder_session, reminds_at, interrupts_at, gives_up_at, closes_at, replaced_session"

std::string text(const Statement& row, int column) {
    return std::string{row.text(column)};
}

std::optional<WallTime> time(const Statement& row, int column) {
    return parse_rfc3339(row.text(column));
}

std::string text_of(const std::optional<WallTime>& time) {
    return time ? to_rfc3339(*time) : std::string{};
}

LiveClass live_of(const Statement& row) {
    return {.row = row.number(0),
            .id = text(row, 1),
            .room = text(row, 2),
            .title = text(row, 3),
            .host = text(row, 4),
            .host_name = text(row, 5),
            .presenter = text(row, 6),
            .stage = stage_from(row.text(7)).value_or(Stage::cancelled),
            .url = text(row, 10),
            .recording = text(row, 11),
            .moment = static_cast<store::Seq>(row.number(8)),
            .version = row.number(9),
            .starts_at = text(row, 12),
            .created_at = text(row, 13),
            .started_at = text(row, 14),
            .ended_at = text(row, 15),
            .encoder = row.number(16) != 0,
            .heard_at = time(row, 17),
            .encoder_session = text(row, 18),
            .replaced_session = text(row, 23),
            .reminds_at = time(row, 19),
            .interrupts_at = time(row, 20),
            .gives_up_at = time(row, 21),
            .closes_at = time(row, 22)};
}

Result<std::vector<LiveClass>> all_of(Statement& select) {
    std::vector<LiveClass> list;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return list;
        list.push_back(live_of(select));
    }
}

}  // namespace

std::span<const store::Migration> migrations_of_records() {
    return migrations;
}

Result<std::optional<LiveClass>> load_live(Database& db, std::string_view id) {
    auto select = db.statement("SELECT " LIVE_COLUMNS " FROM live_classes WHERE id = ?");
    select.bind(1, id);
    TRY(const bool found, select.step());
    if (!found) return std::optional<LiveClass>{};
    return std::optional{live_of(select)};
}

Result<LiveClass> visible_live(Database& db, const campus::Directory& directory,
                               std::string_view user, std::string_view id) {
    TRY(auto found, load_live(db, id));
    if (!found || !found->audience().admits(user, directory))
        return Error{Code::not_found, "there is no such live class", "live"};
    return std::move(*found);
}

Status insert_live(Database& db, const LiveClass& live) {
    TRY_OK(db.statement("INSERT INTO live_classes (id, room, title, host, host_name, presenter,"
                        " stage, moment, version, created_at, encoder)"
                        " VALUES (?, ?, '', ?, ?, '', '', 0, 0, ?, 0)")
               .bind_all(std::string_view{live.id}, std::string_view{live.room},
                         std::string_view{live.host}, std::string_view{live.host_name},
                         std::string_view{live.created_at})
               .run());
    return save_live(db, live);
}

Status save_live(Database& db, const LiveClass& live) {
    const std::string heard_at = text_of(live.heard_at);
    const std::string reminds_at = text_of(live.reminds_at);
    const std::string interrupts_at = text_of(live.interrupts_at);
    const std::string gives_up_at = text_of(live.gives_up_at);
    const std::string closes_at = text_of(live.closes_at);
    return db
        .statement(
            "UPDATE live_classes SET title = ?, presenter = ?, stage = ?, moment = ?, version = ?,"
            " url = nullif(?, ''), recording = nullif(?, ''), starts_at = nullif(?, ''),"
            " started_at = nullif(?, ''), ended_at = nullif(?, ''), encoder = ?,"
            " heard_at = nullif(?, ''), encoder_session = nullif(?, ''),"
            " replaced_session = nullif(?, ''),"
            " reminds_at = nullif(?, ''), interrupts_at = nullif(?, ''),"
            " gives_up_at = nullif(?, ''), closes_at = nullif(?, '') WHERE id = ?")
        .bind_all(std::string_view{live.title}, std::string_view{live.presenter},
                  to_string(live.stage), static_cast<std::int64_t>(live.moment), live.version,
                  std::string_view{live.url}, std::string_view{live.recording},
                  std::string_view{live.starts_at}, std::string_view{live.started_at},
                  std::string_view{live.ended_at}, std::int64_t{live.encoder},
                  std::string_view{heard_at}, std::string_view{live.encoder_session},
                  std::string_view{live.replaced_session}, std::string_view{reminds_at},
                  std::string_view{interrupts_at}, std::string_view{gives_up_at},
                  std::string_view{closes_at}, std::string_view{live.id})
        .run();
}

Status delete_live(Database& db, std::string_view id) {
    return db.statement("DELETE FROM live_classes WHERE id = ?").bind(1, id).run();
}

Result<std::vector<LiveClass>> load_lives(Database& db, const ListQuery& query) {
    auto select = db.statement(
        "SELECT " LIVE_COLUMNS
        " FROM live_classes WHERE room IN (SELECT value FROM json_each(?1)) AND row < ?2"
        " AND (?3 = 0 OR ended_at IS NULL) ORDER BY row DESC LIMIT ?4");
    const std::string rooms = nlohmann::json(query.rooms).dump();
    select.bind_all(std::string_view{rooms}, query.before, std::int64_t{query.only_open},
                    static_cast<std::int64_t>(query.limit));
    return all_of(select);
}

Result<std::vector<LiveClass>> load_open(Database& db) {
    auto select = db.statement("SELECT " LIVE_COLUMNS
                               " FROM live_classes WHERE ended_at IS NULL ORDER BY row");
    return all_of(select);
}

Result<std::int64_t> count_open(Database& db, std::string_view room) {
    auto select =
        db.statement("SELECT count(*) FROM live_classes WHERE room = ? AND ended_at IS NULL");
    select.bind(1, room);
    TRY([[maybe_unused]] const bool row, select.step());
    return select.number(0);
}

Result<Settings> load_settings(Database& db) {
    auto select = db.statement(
        "SELECT reminded_before, interrupted_after, ended_after, joins FROM live_settings");
    TRY(const bool found, select.step());
    if (!found) return Settings{};
    return Settings{.times = {.reminded_before = std::chrono::milliseconds{select.number(0)},
                              .interrupted_after = std::chrono::milliseconds{select.number(1)},
                              .ended_after = std::chrono::milliseconds{select.number(2)}},
                    .joins_per_second = static_cast<double>(select.number(3)) / 1'000};
}

Status save_settings(Database& db, const Settings& settings) {
    return db
        .statement(
            "INSERT OR REPLACE INTO live_settings (only, reminded_before,"
            " interrupted_after, ended_after, joins) VALUES (1, ?, ?, ?, ?)")
        .bind_all(std::int64_t{settings.times.reminded_before.count()},
                  std::int64_t{settings.times.interrupted_after.count()},
                  std::int64_t{settings.times.ended_after.count()},
                  static_cast<std::int64_t>(std::llround(settings.joins_per_second * 1'000)))
        .run();
}

}  // namespace homeroom::features::live
