#include "features/calls/attendance.h"

#include <algorithm>

#include "base/clock.h"
#include "features/calls/limits.h"

namespace homeroom::features::calls {
namespace {

using store::Database;
using store::Statement;

struct Open {
    std::int64_t row = 0;
    std::string user{};
};

Result<std::vector<Open>> open_intervals(Database& db, std::int64_t call) {
    auto select = db.statement(
        "SELECT row, user FROM call_attendance WHERE call = ? AND left_at IS NULL ORDER BY row");
    select.bind(1, call);
    std::vector<Open> list;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return list;
        list.push_back({select.number(0), std::string{select.text(1)}});
    }
}

// Whoever comes and goes without end: his last one is gone on with. Whether that was so.
Result<bool> reopen_last(Database& db, std::int64_t call, const std::string& user) {
    auto select =
        db.statement("SELECT count(*), max(row) FROM call_attendance WHERE call = ? AND user = ?");
    select.bind_all(call, std::string_view{user});
    TRY([[maybe_unused]] const bool found, select.step());
    if (select.number(0) < limits::intervals_max) return false;
    const std::int64_t last = select.number(1);
    TRY_OK(select.run());
    TRY_OK(db.statement("UPDATE call_attendance SET left_at = NULL, how = NULL WHERE row = ?")
               .bind(1, last)
               .run());
    return true;
}

Status begin(Database& db, std::int64_t call, const Leg& leg, std::string_view at) {
    TRY(const bool goes_on, reopen_last(db, call, leg.user));
    if (goes_on) return Ok{};
    return db
        .statement("INSERT INTO call_attendance (call, user, name, joined_at) VALUES (?, ?, ?, ?)")
        .bind_all(call, std::string_view{leg.user}, std::string_view{leg.name}, at)
        .run();
}

Status end(Database& db, std::int64_t row, const Call& call, const Leg* leg, std::string_view at) {
    std::string_view how = call.is_live() ? "left" : "ended";
    std::string until{at};
    if (leg != nullptr && leg->state == LegState::removed) how = "removed";
    if (leg != nullptr && leg->state == LegState::lost) {
        how = "lost";
        until = to_rfc3339(leg->away_since);
    }
    // Never before he came, whatever the clock does.
    return db
        .statement("UPDATE call_attendance SET left_at = max(joined_at, ?), how = ? WHERE row = ?")
        .bind_all(std::string_view{until}, how, row)
        .run();
}

}  // namespace

Status record_attendance(Database& db, const Record& record, std::string_view at) {
    TRY(const auto open, open_intervals(db, record.row));
    for (const Open& one : open) {
        const Leg* const leg = record.call.leg_of(one.user);
        if (leg == nullptr || !leg->is_here()) TRY_OK(end(db, one.row, record.call, leg, at));
    }
    for (const Leg& leg : record.call.legs) {
        if (leg.is_here() && std::ranges::find(open, leg.user, &Open::user) == open.end())
            TRY_OK(begin(db, record.row, leg, at));
    }
    return Ok{};
}

Result<std::vector<campus::Attended>> attendance_of(Database& db, std::int64_t call,
                                                    std::int64_t after, std::size_t limit) {
    auto select = db.statement(
        "SELECT p.place, a.user, a.name, a.joined_at, a.left_at, a.how FROM"
        " (SELECT user, min(row) AS place FROM call_attendance WHERE call = ?1 GROUP BY user"
        " HAVING min(row) > ?2 ORDER BY place LIMIT ?3) AS p"
        " JOIN call_attendance a ON a.call = ?1 AND a.user = p.user ORDER BY p.place, a.row");
    select.bind_all(call, after, static_cast<std::int64_t>(limit));
    std::vector<campus::Attended> people;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return people;
        if (people.empty() || people.back().place != select.number(0))
            people.push_back({.place = select.number(0),
                              .user = std::string{select.text(1)},
                              .name = std::string{select.text(2)}});
        people.back().intervals.push_back({std::string{select.text(3)}, std::string{select.text(4)},
                                           std::string{select.text(5)}});
    }
}

}  // namespace homeroom::features::calls
