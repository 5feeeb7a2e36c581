#include "features/study/records.h"

#include <nlohmann/json.hpp>

namespace homeroom::features::study {
namespace {

using campus::Json;
using store::Database;
using store::Statement;

// `state` and `breakouts` are read by this feature alone (Shared::to_json).
constexpr store::Migration migrations[] = {
    {"study/1", R"sql(
        CREATE TABLE study_sessions (
            row INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            room TEXT NOT NULL, title TEXT NOT NULL,
            host TEXT NOT NULL, host_name TEXT NOT NULL,
            control TEXT NOT NULL, stage TEXT NOT NULL,
            moment INTEGER NOT NULL,
            starts_at TEXT, created_at TEXT NOT NULL, started_at TEXT, ended_at TEXT,
            led_by TEXT,  -- who led it when it ended
            plan TEXT NOT NULL, state TEXT NOT NULL, breakouts TEXT
        );
        CREATE INDEX study_sessions_of_room ON study_sessions (room, row);
        CREATE INDEX study_sessions_open ON study_sessions (room) WHERE ended_at IS NULL;

        CREATE TABLE study_attendance (
            row INTEGER PRIMARY KEY AUTOINCREMENT,
            session TEXT NOT NULL, user TEXT NOT NULL, name TEXT NOT NULL,
            joined_at TEXT NOT NULL,
            left_at TEXT,     -- NULL: there
            away_since TEXT,  -- there no more, unless he comes back
            away_until TEXT,  -- by then
            how TEXT          -- of the end: left, lost, removed, ended
        );
        CREATE INDEX study_attendance_of ON study_attendance (session, user, row);
        CREATE INDEX study_attendance_open ON study_attendance (session) WHERE left_at IS NULL;

        CREATE TABLE study_alive (only INTEGER PRIMARY KEY CHECK (only = 1), at TEXT NOT NULL);
    )sql"},
};

// Columns in the order in which session_of() reads them.
#define SESSION_COLUMNS                                                                      \
    "row, id, room, title, host, host_name, control, stage, moment, starts_at, created_at, " \
    "started_at, ended_at, plan, state, breakouts, led_by"

std::string text(const Statement& row, int column) {
    return std::string{row.text(column)};
}

Stage stage_from(std::string_view text) {
    for (const Stage stage : {Stage::planned, Stage::live, Stage::ended}) {
        if (to_string(stage) == text) return stage;
    }
    return Stage::cancelled;
}

Json breakouts_json(const Breakouts& breakouts) {
    Json rooms = Json::array();
    for (const Breakout& room : breakouts.rooms) {
        rooms.push_back(Json{{"id", room.id},
                             {"title", room.title},
                             {"users", room.users},
                             {"state", room.shared.to_json()}});
    }
    return Json{
        {"endsAt", breakouts.ends_at ? Json(to_rfc3339(*breakouts.ends_at)) : Json(nullptr)},
        {"rooms", std::move(rooms)}};
}

Breakouts breakouts_from(const Json& json) {
    Breakouts breakouts;
    if (json.at("endsAt").is_string())
        breakouts.ends_at = parse_rfc3339(json.at("endsAt").get<std::string>());
    for (const Json& room : json.at("rooms")) {
        breakouts.rooms.push_back({.id = room.at("id"),
                                   .title = room.at("title"),
                                   .users = room.at("users"),
                                   .shared = Shared::from_json(room.at("state"))});
    }
    return breakouts;
}

// What is not as it was written is our bug, or somebody else's hand: a request fails by it.
Session session_of(const Statement& row) {
    Session session{.row = row.number(0),
                    .id = text(row, 1),
                    .room = text(row, 2),
                    .title = text(row, 3),
                    .host = text(row, 4),
                    .host_name = text(row, 5),
                    .control = control_from(row.text(6)).value_or(Control::leader),
                    .stage = stage_from(row.text(7)),
                    .moment = static_cast<store::Seq>(row.number(8)),
                    .starts_at = text(row, 9),
                    .created_at = text(row, 10),
                    .started_at = text(row, 11),
                    .ended_at = text(row, 12),
                    .plan = text(row, 13),
                    .shared = Shared::from_json(Json::parse(row.text(14)))};
    session.led_by = text(row, 16);
    if (!row.is_null(15)) session.breakouts = breakouts_from(Json::parse(row.text(15)));
    return session;
}

}  // namespace

std::span<const store::Migration> migrations_of_records() {
    return migrations;
}

Result<std::optional<Session>> load_session(Database& db, std::string_view id) {
    auto select = db.statement("SELECT " SESSION_COLUMNS " FROM study_sessions WHERE id = ?");
    select.bind(1, id);
    TRY(const bool found, select.step());
    if (!found) return std::optional<Session>{};
    return std::optional{session_of(select)};
}

Result<Session> visible_session(Database& db, const campus::Directory& directory,
                                std::string_view user, std::string_view id) {
    TRY(auto found, load_session(db, id));
    if (!found || !found->audience().admits(user, directory))
        return Error{Code::not_found, "there is no such session", "session"};
    return std::move(*found);
}

Status insert_session(Database& db, const Session& session) {
    TRY_OK(db.statement("INSERT INTO study_sessions (id, room, title, host, host_name, control,"
                        " stage, moment, created_at, plan, state)"
                        " VALUES (?, ?, '', ?, ?, '', '', 0, ?, '', '')")
               .bind_all(std::string_view{session.id}, std::string_view{session.room},
                         std::string_view{session.host}, std::string_view{session.host_name},
                         std::string_view{session.created_at})
               .run());
    return save_session(db, session);
}

Status save_session(Database& db, const Session& session) {
    const std::string state = session.shared.to_json().dump();
    const std::string breakouts =
        session.breakouts ? breakouts_json(*session.breakouts).dump() : std::string{};
    return db
        .statement(
            "UPDATE study_sessions SET title = ?, control = ?, stage = ?, moment = ?, starts_at = "
            "nullif(?, ''),"
            " started_at = nullif(?, ''), ended_at = nullif(?, ''), plan = ?, state = ?,"
            " breakouts = nullif(?, ''), led_by = nullif(?, '') WHERE id = ?")
        .bind_all(std::string_view{session.title}, to_string(session.control),
                  to_string(session.stage), static_cast<std::int64_t>(session.moment),
                  std::string_view{session.starts_at}, std::string_view{session.started_at},
                  std::string_view{session.ended_at}, std::string_view{session.plan},
                  std::string_view{state}, std::string_view{breakouts},
                  std::string_view{session.led_by}, std::string_view{session.id})
        .run();
}

Status delete_session(Database& db, std::string_view id) {
    TRY_OK(db.statement("DELETE FROM study_attendance WHERE session = ?").bind(1, id).run());
    return db.statement("DELETE FROM study_sessions WHERE id = ?").bind(1, id).run();
}

Result<std::vector<Session>> load_sessions(Database& db, const ListQuery& query) {
    auto select = db.statement(
        "SELECT " SESSION_COLUMNS
        " FROM study_sessions WHERE room IN (SELECT value FROM json_each(?1)) AND row < ?2"
        " AND (?3 = 0 OR ended_at IS NULL) ORDER BY row DESC LIMIT ?4");
    const std::string rooms = Json(query.rooms).dump();
    select.bind_all(std::string_view{rooms}, query.before, std::int64_t{query.only_open},
                    static_cast<std::int64_t>(query.limit));
    std::vector<Session> list;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return list;
        list.push_back(session_of(select));
    }
}

Result<std::vector<std::string>> live_sessions(Database& db) {
    auto select = db.statement(
        "SELECT id FROM study_sessions WHERE ended_at IS NULL AND stage = 'live' ORDER BY row");
    std::vector<std::string> ids;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return ids;
        ids.push_back(text(select, 0));
    }
}

Result<std::int64_t> count_open(Database& db, std::string_view room, std::string_view host) {
    auto select = db.statement(
        "SELECT count(*) FROM study_sessions WHERE room = ?1 AND ended_at IS NULL"
        " AND (?2 = '' OR host = ?2)");
    select.bind_all(room, host);
    TRY([[maybe_unused]] const bool row, select.step());
    return select.number(0);
}

Result<std::string> alive_until(Database& db) {
    auto select = db.statement("SELECT at FROM study_alive");
    TRY(const bool found, select.step());
    return found ? text(select, 0) : std::string{};
}

Status save_alive(Database& db, const std::string& at) {
    return db.statement("INSERT OR REPLACE INTO study_alive (only, at) VALUES (1, ?)")
        .bind(1, std::string_view{at})
        .run();
}

}  // namespace homeroom::features::study
