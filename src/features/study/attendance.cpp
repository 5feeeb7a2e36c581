#include "features/study/attendance.h"

#include "features/study/limits.h"

namespace homeroom::features::study {
namespace {

using store::Database;
using store::Statement;

std::string_view to_string(Departure how) {
    switch (how) {
        case Departure::left: return "left";
        case Departure::lost: return "lost";
        case Departure::removed: return "removed";
        case Departure::ended: return "ended";
    }
    return "";
}

std::string text(const Statement& row, int column) {
    return std::string{row.text(column)};
}

#define PRESENCE_COLUMNS "row, user, joined_at, away_since, away_until"

Presence presence_from(const Statement& row) {
    return {.row = row.number(0),
            .user = text(row, 1),
            .joined_at = text(row, 2),
            .away_since = text(row, 3),
            .away_until = text(row, 4)};
}

Status end_absence(Database& db, std::int64_t row) {
    return db
        .statement("UPDATE study_attendance SET away_since = NULL, away_until = NULL WHERE row = ?")
        .bind(1, row)
        .run();
}

Status begin(Database& db, const Attendee& who, WallTime now) {
    const std::string at = to_rfc3339(now);
    return db
        .statement(
            "INSERT INTO study_attendance (session, user, name, joined_at)"
            " VALUES (?, ?, ?, ?)")
        .bind_all(who.session, who.user, who.name, std::string_view{at})
        .run();
}

// The last of too many intervals goes on: who comes and goes all day fills no table.
Result<bool> reopen_last(Database& db, const Attendee& who) {
    auto select = db.statement(
        "SELECT count(*), max(row) FROM study_attendance WHERE session = ? AND user = ?");
    select.bind_all(who.session, who.user);
    TRY([[maybe_unused]] const bool row, select.step());
    if (select.number(0) < intervals_max) return false;
    TRY_OK(db.statement("UPDATE study_attendance SET left_at = NULL, how = NULL WHERE row = ?")
               .bind(1, select.number(1))
               .run());
    return true;
}

}  // namespace

Result<std::vector<Presence>> present_in(Database& db, std::string_view session) {
    auto select = db.statement("SELECT " PRESENCE_COLUMNS
                               " FROM study_attendance INDEXED BY study_attendance_open"
                               " WHERE session = ? AND left_at IS NULL ORDER BY row");
    select.bind(1, session);
    std::vector<Presence> list;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return list;
        list.push_back(presence_from(select));
    }
}

Result<std::optional<Presence>> presence_of(Database& db, std::string_view session,
                                            std::string_view user) {
    auto select = db.statement("SELECT " PRESENCE_COLUMNS
                               " FROM study_attendance WHERE session = ? AND user = ?"
                               " AND left_at IS NULL");
    select.bind_all(session, user);
    TRY(const bool found, select.step());
    return found ? std::optional{presence_from(select)} : std::nullopt;
}

Result<Arrival> arrive(Database& db, const Attendee& who, WallTime now) {
    TRY(const auto open, presence_of(db, who.session, who.user));
    if (open && !open->away()) return Arrival::was_there;
    if (open) {
        TRY_OK(end_absence(db, open->row));
        return Arrival::back;
    }
    TRY(const bool goes_on, reopen_last(db, who));
    if (!goes_on) TRY_OK(begin(db, who, now));
    return Arrival::joined;
}

Result<bool> lose(Database& db, std::string_view session, std::string_view user, WallTime now,
                  std::chrono::milliseconds grace) {
    const std::string since = to_rfc3339(now);
    const std::string until = to_rfc3339(now + grace);
    TRY_OK(db.statement("UPDATE study_attendance SET away_since = ?, away_until = ?"
                        " WHERE session = ? AND user = ? AND left_at IS NULL"
                        " AND away_since IS NULL")
               .bind_all(std::string_view{since}, std::string_view{until}, session, user)
               .run());
    return db.changes() > 0;
}

Status depart(Database& db, const Presence& who, Departure how, WallTime now) {
    const std::string at = to_rfc3339(now);
    // Never before he came, whatever the clock does.
    return db
        .statement(
            "UPDATE study_attendance SET left_at = max(joined_at, coalesce(away_since, ?)),"
            " away_since = NULL, away_until = NULL, how = ? WHERE row = ?")
        .bind_all(std::string_view{at},
                  to_string(who.away() && how != Departure::removed ? Departure::lost : how),
                  who.row)
        .run();
}

Status await_all(Database& db, std::string_view session, std::string_view seen, WallTime until) {
    const std::string by = to_rfc3339(until);
    return db
        .statement(
            "UPDATE study_attendance SET away_until = ?3,"
            " away_since = coalesce(away_since, max(joined_at, ?2))"
            " WHERE session = ?1 AND left_at IS NULL")
        .bind_all(session, seen, std::string_view{by})
        .run();
}

Result<std::vector<campus::Attended>> attendance_of(Database& db, std::string_view session,
                                                    std::int64_t after, std::size_t limit) {
    auto select = db.statement(
        "SELECT p.place, a.user, a.name, a.joined_at, a.left_at, a.how FROM"
        " (SELECT user, min(row) AS place FROM study_attendance WHERE session = ?1 GROUP BY user"
        " HAVING min(row) > ?2 ORDER BY place LIMIT ?3) AS p"
        " JOIN study_attendance a ON a.session = ?1 AND a.user = p.user ORDER BY p.place, a.row");
    select.bind_all(session, after, static_cast<std::int64_t>(limit));
    std::vector<campus::Attended> people;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return people;
        if (people.empty() || people.back().place != select.number(0))
            people.push_back(
                {.place = select.number(0), .user = text(select, 1), .name = text(select, 2)});
        people.back().intervals.push_back({text(select, 3), text(select, 4), text(select, 5)});
    }
}

}  // namespace homeroom::features::study
