#include "campus/connection_log.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <iterator>
#include <memory>
#include <utility>

#include "base/clock.h"
#include "base/log.h"

namespace homeroom::campus {
namespace {

constexpr std::size_t notes_waiting_max = 20'000;  // what comes beyond is not recorded
// So many are not left to the next call of write_waiting().
constexpr std::ptrdiff_t notes_per_command_min = 512;
constexpr std::ptrdiff_t notes_per_command_max = 2'048;
constexpr std::uint32_t openings_per_clean_up = 16;
constexpr std::int64_t nothing = -1;             // bound for NULL
constexpr std::int64_t expired_at_once = 2'000;  // rows looked at in one step

constexpr store::Migration connection_log_schema[] = {
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
    // A third of the room: times are numbers, a user's rows lie together, and nothing else has to
    // be found by an index. It is who was connected until this start that is forgotten.
    {"connections/2", R"sql(
        DROP TABLE connection_log;
        CREATE TABLE connections (
            user TEXT NOT NULL,
            opened INTEGER NOT NULL,  -- milliseconds since 1970, later than the user's last one
            device INTEGER NOT NULL,  -- within its run, as long as it is open
            run INTEGER NOT NULL,
            through INTEGER NOT NULL,
            presented INTEGER, gap INTEGER, closed INTEGER, closed_seq INTEGER,
            PRIMARY KEY (user, opened)
        ) WITHOUT ROWID;
        CREATE TABLE connection_runs (
            run INTEGER PRIMARY KEY,
            ended INTEGER,    -- by a clean stop
            last_seq INTEGER  -- the journal's last event in it; known when the next one begins
        );
        UPDATE connection_log_begin SET at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now');
    )sql"},
    {"connections/3", "ALTER TABLE connection_runs ADD COLUMN began INTEGER"},
};

std::int64_t number_of(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
}

std::int64_t milliseconds_of(WallTime time) {
    return time.time_since_epoch().count();
}

WallTime time_of(std::int64_t milliseconds) {
    return WallTime{std::chrono::milliseconds{milliseconds}};
}

// The log has no gap from then on.
Status begin_later(store::Database& db, std::string_view at) {
    return db
        .statement("UPDATE connection_log_begin SET at = ?1 WHERE connection_log_begin.at < ?1")
        .bind(1, at)
        .run();
}

// Costs as much as the rest of an opening, so it comes with one in some of them, and by chance, for
// no other order among users can be relied upon.
Status forget_the_oldest(store::Database& db, std::string_view user, std::minstd_rand& chance) {
    if (chance() % openings_per_clean_up != 0) return Ok{};
    return db
        .statement(
            "DELETE FROM connections WHERE user = ?1 AND opened <="
            " (SELECT opened FROM connections WHERE user = ?1"
            "  ORDER BY opened DESC LIMIT 1 OFFSET ?2)")
        .bind_all(user, connections_logged_per_user_max)
        .run();
}

}  // namespace

std::span<const store::Migration> connection_log_migrations() {
    return connection_log_schema;
}

Result<std::vector<LoggedConnection>> logged_connections(store::Database& db,
                                                         std::string_view user) {
    auto select = db.statement(
        "SELECT c.opened, c.presented, c.through, coalesce(c.gap, 0), coalesce(c.closed, r.ended),"
        " coalesce(c.closed_seq, r.last_seq), CASE WHEN r.last_seq IS NULL THEN 1 ELSE 0 END"
        " FROM connections AS c JOIN connection_runs AS r ON r.run = c.run"
        " WHERE c.user = ? ORDER BY c.opened DESC LIMIT ?");
    select.bind_all(user, connections_logged_per_user_max);
    std::vector<LoggedConnection> list;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return list;
        LoggedConnection& one = list.emplace_back();
        one.number = select.number(0);
        one.opened_at = to_rfc3339(time_of(select.number(0)));
        if (!select.is_null(1)) one.presented = static_cast<store::Seq>(select.number(1));
        one.through = static_cast<store::Seq>(select.number(2));
        one.gap = select.number(3) != 0;
        const bool is_open = select.is_null(4);
        if (!is_open) one.closed_at = to_rfc3339(time_of(select.number(4)));
        one.closed_seq = static_cast<store::Seq>(select.number(5));
        const bool runs = select.number(6) != 0;
        one.lost = is_open && !runs;
    }
}

Result<std::string> connections_logged_since(store::Database& db) {
    auto select = db.statement("SELECT at FROM connection_log_begin");
    TRY([[maybe_unused]] const bool found, select.step());
    return std::string{select.text(0)};
}

// By when they ended, at the latest: one that is open, or was when a younger event was sent, stays.
// Through the table in its own order, so that its age needs no index.
Result<bool> expire_connections(ExpireCall& call) {
    auto& db = call.transaction.db();
    const auto before = parse_rfc3339(call.before);
    if (!before) return Error{Code::internal, "an age without a time"};
    TRY_OK(begin_later(db, call.before));
    std::vector<std::pair<std::string, std::int64_t>> old;
    Json position{};
    std::int64_t looked_at = 0;
    {
        auto select = db.statement(
            "SELECT c.user, c.opened, CASE WHEN coalesce(c.closed, r.ended, (SELECT min(began)"
            " FROM connection_runs AS later WHERE later.run > c.run)) < ?1 THEN 1 ELSE 0 END"
            " FROM connections AS c JOIN connection_runs AS r ON r.run = c.run"
            " WHERE (c.user, c.opened) > (" HOMEROOM_POSITION(0) ", " HOMEROOM_NUMBER_IN_POSITION(
                1) ") ORDER BY c.user, c.opened LIMIT ?3");
        select.bind_all(milliseconds_of(*before), std::string_view{call.position}, expired_at_once);
        while (true) {
            TRY(const bool more, select.step());
            if (!more) break;
            ++looked_at;
            if (select.number(2) != 0) old.emplace_back(select.text(0), select.number(1));
            position = Json::array({std::string{select.text(0)}, select.number(1)});
        }
    }
    for (const auto& [user, opened] : old)
        TRY_OK(db.statement("DELETE FROM connections WHERE user = ? AND opened = ?")
                   .bind_all(std::string_view{user}, opened)
                   .run());
    call.deleted = std::ssize(old);
    call.position = position.dump();
    return looked_at == expired_at_once;
}

Status ConnectionLog::begin(store::Transaction& transaction) {
    auto& db = transaction.db();
    TRY(const auto last, store::last_seq(db));
    TRY_OK(db.statement("UPDATE connection_runs SET last_seq = ? WHERE last_seq IS NULL")
               .bind(1, number_of(last))
               .run());
    auto next = db.statement("SELECT coalesce(max(run), 0) + 1 FROM connection_runs");
    TRY([[maybe_unused]] const bool found, next.step());
    run_ = next.number(0);
    return db.statement("INSERT INTO connection_runs (run, began) VALUES (?, ?)")
        .bind_all(run_, milliseconds_of(wall_now()))
        .run();
}

void ConnectionLog::finish() {
    write_waiting();
    const bool taken = store_.submit({
        .work = [this](store::Transaction& transaction) -> Status {
            return transaction.db()
                .statement("UPDATE connection_runs SET ended = ? WHERE run = ?")
                .bind_all(milliseconds_of(wall_now()), run_)
                .run();
        },
        .done =
            [](const Status& status) {
                if (!status.ok())
                    log::warn("this stop was not recorded: {}", status.error().message);
            },
    });
    if (!taken) log::warn("this stop was not recorded: too much to do");
}

void ConnectionLog::on_admission(hub::Socket& socket, const std::string& user,
                                 const Admission& admission) {
    opened(device_of(socket), user, admission);
}

void ConnectionLog::on_departure(hub::Socket& socket, const std::string& user) {
    closed(device_of(socket), user);
}

void ConnectionLog::opened(std::uint64_t device, std::string_view user,
                           const Admission& admission) {
    add({.device = device,
         .user = ShortText{user},
         .opened_at = wall_now(),
         .admission = admission});
}

// What was committed by now was sent to it, or is on its way there and was not; whether it arrived
// only its client knows.
void ConnectionLog::closed(std::uint64_t device, std::string_view user) {
    add({.device = device,
         .user = ShortText{user},
         .closed_at = wall_now(),
         .closed_seq = store_.last_seq()});
}

void ConnectionLog::add(Note note) {
    {
        const std::lock_guard lock(mutex_);
        if (notes_.size() >= notes_waiting_max) {
            dropped_.fetch_add(1, std::memory_order_relaxed);
            return;
        }
        notes_.push_back(std::move(note));
        if (std::ssize(notes_) < notes_per_command_min || std::exchange(writing_, true)) return;
    }
    write_soon();
}

void ConnectionLog::write_waiting() {
    {
        const std::lock_guard lock(mutex_);
        if (notes_.empty() || std::exchange(writing_, true)) return;
    }
    write_soon();
}

std::vector<ConnectionLog::Note> ConnectionLog::take_some() {
    std::vector<Note> some;
    {
        const std::lock_guard lock(mutex_);
        const auto end = notes_.begin() + std::min(std::ssize(notes_), notes_per_command_max);
        some.assign(std::make_move_iterator(notes_.begin()), std::make_move_iterator(end));
        notes_.erase(notes_.begin(), end);
    }
    // Whoever came and went in the meantime is written at once.
    boost::unordered_flat_map<std::uint64_t, Note*> open;
    for (Note& note : some) {
        if (note.opens()) {
            open[note.device] = &note;
        } else if (const auto found = open.find(note.device); found != open.end()) {
            found->second->closed_at = std::exchange(note.closed_at, Note::never);
            found->second->closed_seq = note.closed_seq;
        }
    }
    std::erase_if(some, [](const Note& note) { return !note.opens() && !note.closes(); });
    return some;
}

// What comes while a command waits goes with it.
void ConnectionLog::write_soon() {
    struct Losses {
        std::uint64_t known = 0;
        std::size_t under_way = 0;  // lost, if the command fails
    };
    const auto losses = std::make_shared<Losses>();
    const bool taken = store_.submit({
        .work = [this, losses](store::Transaction& transaction) -> Status {
            losses->known = dropped();
            if (losses->known != dropped_written_)
                TRY_OK(begin_later(transaction.db(), to_rfc3339(wall_now())));
            const auto some = take_some();
            losses->under_way = some.size();
            for (const Note& note : some) TRY_OK(write(transaction.db(), note));
            return Ok{};
        },
        .done =
            [this, losses](const Status& status) {
                if (status.ok()) {
                    dropped_written_ = losses->known;
                } else {
                    dropped_.fetch_add(losses->under_way, std::memory_order_relaxed);
                    log::warn("connections were not recorded: {}", status.error().message);
                }
                {
                    const std::lock_guard lock(mutex_);
                    writing_ = std::ssize(notes_) >= notes_per_command_min;
                    if (!writing_) return;
                }
                write_soon();
            },
    });
    if (taken) return;
    const std::lock_guard lock(mutex_);
    writing_ = false;  // the next one tries again
}

Status ConnectionLog::write(store::Database& db, const Note& note) {
    const auto closed = note.closes() ? milliseconds_of(note.closed_at) : nothing;
    const auto closed_seq = note.closes() ? number_of(note.closed_seq) : nothing;
    if (!note.opens())
        return db
            .statement(
                "UPDATE connections SET closed = ?1, closed_seq = ?2"
                " WHERE user = ?3 AND run = ?4 AND device = ?5 AND closed IS NULL")
            .bind_all(closed, closed_seq, note.user.view(), run_, number_of(note.device))
            .run();
    const Admission& admission = note.admission;
    TRY_OK(
        db.statement("INSERT INTO connections (user, opened, device, run, through, presented, gap,"
                     " closed, closed_seq)"
                     " VALUES (?1, max(?2, coalesce((SELECT max(opened) + 1 FROM connections"
                     " WHERE user = ?1), 0)), ?3, ?4, ?5, nullif(?6, -1), nullif(?7, 0),"
                     " nullif(?8, -1), nullif(?9, -1))")
            .bind_all(note.user.view(), milliseconds_of(note.opened_at), number_of(note.device),
                      run_, number_of(admission.through),
                      admission.presented ? number_of(*admission.presented) : nothing,
                      std::int64_t{admission.gap}, closed, closed_seq)
            .run());
    return forget_the_oldest(db, note.user.view(), chance_);
}

}  // namespace homeroom::campus
