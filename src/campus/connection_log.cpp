#include "campus/connection_log.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/clock.h"
#include "base/log.h"

namespace homeroom::campus {
namespace {

constexpr std::size_t notes_waiting_max = 20'000;  // what comes beyond is not recorded
constexpr std::ptrdiff_t notes_per_command_max = 512;

constexpr store::Migration migrations[] = {
    {"connections/1", R"sql(
        CREATE TABLE connection_log (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            user TEXT NOT NULL,
            device INTEGER NOT NULL,  -- within its process, as long as it is open
            opened_at TEXT NOT NULL,
            presented INTEGER, through INTEGER NOT NULL, gap INTEGER NOT NULL,
            closed_at TEXT, closed_seq INTEGER,
            lost INTEGER NOT NULL DEFAULT 0
        );
        CREATE INDEX connection_log_of_user ON connection_log (user, number);
        CREATE INDEX connection_log_open ON connection_log (device)
            WHERE closed_at IS NULL AND lost = 0;
        CREATE TABLE connection_log_begin (at TEXT NOT NULL);
        INSERT INTO connection_log_begin VALUES (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'));
    )sql"},
};

std::int64_t number_of(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
}

Status insert(store::Database& db, std::string_view user, std::uint64_t device, std::string_view at,
              const Admission& admission) {
    auto insert = db.statement(
        "INSERT INTO connection_log (user, device, opened_at, through, gap, presented)"
        " VALUES (?1, ?2, ?3, ?4, ?5, nullif(?6, -1))");
    insert.bind_all(user, number_of(device), at, number_of(admission.through),
                    std::int64_t{admission.gap},
                    admission.presented ? number_of(*admission.presented) : std::int64_t{-1});
    TRY_OK(insert.run());
    return db
        .statement(
            "DELETE FROM connection_log WHERE user = ?1 AND number <="
            " (SELECT number FROM connection_log WHERE user = ?1"
            "  ORDER BY number DESC LIMIT 1 OFFSET ?2)")
        .bind_all(user, connections_logged_per_user_max)
        .run();
}

}  // namespace

std::span<const store::Migration> connection_log_migrations() {
    return migrations;
}

Result<std::vector<LoggedConnection>> logged_connections(store::Database& db,
                                                         std::string_view user) {
    auto select = db.statement(
        "SELECT number, opened_at, presented, through, gap, closed_at, closed_seq, lost"
        " FROM connection_log WHERE user = ? ORDER BY number DESC");
    select.bind(1, user);
    std::vector<LoggedConnection> list;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return list;
        LoggedConnection& one = list.emplace_back();
        one.number = select.number(0);
        one.opened_at = std::string{select.text(1)};
        if (!select.is_null(2)) one.presented = static_cast<store::Seq>(select.number(2));
        one.through = static_cast<store::Seq>(select.number(3));
        one.gap = select.number(4) != 0;
        one.closed_at = std::string{select.text(5)};
        one.closed_seq = static_cast<store::Seq>(select.number(6));
        one.lost = select.number(7) != 0;
    }
}

Result<std::string> connections_logged_since(store::Database& db) {
    auto select = db.statement("SELECT at FROM connection_log_begin");
    TRY([[maybe_unused]] const bool found, select.step());
    return std::string{select.text(0)};
}

Status ConnectionLog::prepare() {
    return store_.run_now([](store::Transaction& transaction) -> Status {
        TRY(const auto last, store::last_seq(transaction.db()));
        return transaction.db()
            .statement(
                "UPDATE connection_log SET lost = 1, closed_seq = ?"
                " WHERE closed_at IS NULL AND lost = 0")
            .bind(1, number_of(last))
            .run();
    });
}

void ConnectionLog::on_admission(hub::Socket& socket, const std::string& user,
                                 const Admission& admission) {
    opened(device_of(socket), user, admission);
}

void ConnectionLog::on_departure(hub::Socket& socket, const std::string& user) {
    closed(device_of(socket), user);
}

void ConnectionLog::opened(std::uint64_t device, std::string user, const Admission& admission) {
    add({.opens = true,
         .device = device,
         .user = std::move(user),
         .at = to_rfc3339(wall_now()),
         .admission = admission});
}

// What was committed by now was sent to it, or is on its way there and was not; whether it arrived
// only its client knows.
void ConnectionLog::closed(std::uint64_t device, std::string user) {
    add({.device = device,
         .user = std::move(user),
         .at = to_rfc3339(wall_now()),
         .seq = store_.last_seq()});
}

void ConnectionLog::add(Note note) {
    {
        const std::lock_guard lock(mutex_);
        if (notes_.size() >= notes_waiting_max) return;
        notes_.push_back(std::move(note));
        if (std::exchange(writing_, true)) return;
    }
    write_soon();
}

// What comes while a command waits goes with it.
void ConnectionLog::write_soon() {
    const bool taken = store_.submit({
        .work = [this](store::Transaction& transaction) -> Status {
            std::vector<Note> some;
            {
                const std::lock_guard lock(mutex_);
                const auto end =
                    notes_.begin() + std::min(std::ssize(notes_), notes_per_command_max);
                some.assign(std::make_move_iterator(notes_.begin()), std::make_move_iterator(end));
                notes_.erase(notes_.begin(), end);
            }
            return write(transaction.db(), some);
        },
        .done =
            [this](const Status& status) {
                if (!status.ok())
                    log::warn("connections were not recorded: {}", status.error().message);
                {
                    const std::lock_guard lock(mutex_);
                    if (notes_.empty()) {
                        writing_ = false;
                        return;
                    }
                }
                write_soon();
            },
    });
    if (taken) return;
    const std::lock_guard lock(mutex_);
    writing_ = false;  // the next one tries again
}

Status ConnectionLog::write(store::Database& db, const std::vector<Note>& notes) {
    for (const Note& note : notes) {
        if (note.opens) {
            TRY_OK(insert(db, note.user, note.device, note.at, note.admission));
            continue;
        }
        TRY_OK(db.statement("UPDATE connection_log SET closed_at = ?1, closed_seq = ?2"
                            " WHERE device = ?3 AND closed_at IS NULL AND lost = 0")
                   .bind_all(std::string_view{note.at}, number_of(note.seq), number_of(note.device))
                   .run());
    }
    return Ok{};
}

}  // namespace homeroom::campus
