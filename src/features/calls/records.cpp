#include "features/calls/records.h"

#include "base/clock.h"
#include "features/calls/call_json.h"

namespace homeroom::features::calls {
namespace {

using campus::Json;
using store::Database;
using store::Statement;

Record record_from(const Statement& select) {
    Record record{.row = select.number(0), .call = from_stored(Json::parse(select.text(1)))};
    record.was_recorded = record.call.lesson.is_recorded();
    return record;
}

Result<std::vector<Record>> all_of(Statement select) {
    std::vector<Record> records;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return records;
        records.push_back(record_from(select));
    }
}

Result<std::optional<Record>> one_of(Statement select) {
    TRY(const bool found, select.step());
    if (!found) return std::optional<Record>{};
    return std::optional{record_from(select)};
}

std::string text_of(const Call& call) {
    return to_stored(call).dump(-1, ' ', false, Json::error_handler_t::replace);
}

Status save_people(Database& db, std::int64_t row, const Call& call) {
    auto upsert = db.statement(
        "INSERT INTO call_people (user, row, hidden, open) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (user, row) DO UPDATE SET hidden = excluded.hidden, open = excluded.open");
    for (const Leg& leg : call.legs) {
        TRY_OK(upsert
                   .bind_all(std::string_view{leg.user}, row, std::int64_t{leg.hidden},
                             std::int64_t{leg.is_open()})
                   .run());
    }
    return Ok{};
}

}  // namespace

Result<std::optional<Record>> load_call(Database& db, std::string_view id) {
    auto select = db.statement("SELECT row, state FROM calls WHERE id = ?");
    select.bind(1, id);
    return one_of(std::move(select));
}

Result<std::int64_t> insert_call(Database& db, const Call& call) {
    auto insert = db.statement(
        "INSERT INTO calls (id, live, room, created_at, state) VALUES (?, ?, NULLIF(?, ''), ?, ?)"
        " RETURNING row");
    insert.bind_all(std::string_view{call.id}, std::int64_t{call.is_live()},
                    std::string_view{call.room}, to_rfc3339(call.created), text_of(call));
    TRY([[maybe_unused]] const bool inserted, insert.step());
    const std::int64_t row = insert.number(0);
    TRY_OK(insert.run());
    TRY_OK(save_people(db, row, call));
    return row;
}

Status update_call(Database& db, const Record& record) {
    TRY_OK(db.statement("UPDATE calls SET live = ?, state = ? WHERE row = ?")
               .bind_all(std::int64_t{record.call.is_live()}, text_of(record.call), record.row)
               .run());
    return save_people(db, record.row, record.call);
}

Result<std::vector<Record>> load_live_calls(Database& db, std::size_t limit) {
    auto select =
        db.statement("SELECT row, state FROM calls WHERE live = 1 ORDER BY row DESC LIMIT ?");
    select.bind(1, static_cast<std::int64_t>(limit));
    return all_of(std::move(select));
}

Result<std::vector<Record>> load_live_calls_of(Database& db, std::string_view user) {
    auto select = db.statement(
        "SELECT calls.row, state FROM call_people AS person JOIN calls ON calls.row = person.row"
        " WHERE person.user = ? AND person.open = 1 ORDER BY person.row");
    select.bind(1, user);
    return all_of(std::move(select));
}

Result<std::optional<Record>> load_live_call_in(Database& db, std::string_view room) {
    auto select = db.statement("SELECT row, state FROM calls WHERE live = 1 AND room = ?");
    select.bind(1, room);
    return one_of(std::move(select));
}

Result<std::vector<Record>> load_calls_of(Database& db, std::string_view user, std::int64_t before,
                                          std::size_t limit) {
    auto select = db.statement(
        "SELECT calls.row, state FROM call_people AS person JOIN calls ON calls.row = person.row"
        " WHERE person.user = ? AND person.row < ? AND person.hidden = 0"
        " AND (calls.live = 0 OR person.open = 1)"
        " ORDER BY person.row DESC LIMIT ?");
    select.bind_all(user, before, static_cast<std::int64_t>(limit));
    return all_of(std::move(select));
}

}  // namespace homeroom::features::calls
