#include "campus/schedule.h"

#include <algorithm>
#include <pthread.h>
#include <utility>

#include "base/limits.h"
#include "base/log.h"

namespace homeroom::campus {
namespace {

// Times as to_rfc3339 writes them, which sort as texts.
constexpr store::Migration schedule_schema[] = {
    {"schedule/1", R"sql(
        CREATE TABLE schedule (
            kind TEXT NOT NULL, subject TEXT NOT NULL,
            due TEXT NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (kind, subject)
        ) WITHOUT ROWID;
        CREATE INDEX schedule_by_time ON schedule (due);
    )sql"},
};

std::chrono::milliseconds wait_after(std::int64_t attempts) {
    auto wait = limits::schedule_retry_first;
    for (std::int64_t i = 0; i < attempts && wait < limits::schedule_retry_longest; ++i) wait *= 2;
    return std::min(wait, limits::schedule_retry_longest);
}

}  // namespace

std::span<const store::Migration> schedule_migrations() {
    return schedule_schema;
}

Status schedule(store::Transaction& transaction, std::string_view kind, std::string_view subject,
                WallTime due) {
    const std::string text = to_rfc3339(due);
    return transaction.db()
        .statement("INSERT OR REPLACE INTO schedule (kind, subject, due) VALUES (?, ?, ?)")
        .bind_all(kind, subject, std::string_view{text})
        .run();
}

Status schedule_once(store::Transaction& transaction, std::string_view kind,
                     std::string_view subject, WallTime due) {
    const std::string text = to_rfc3339(due);
    return transaction.db()
        .statement("INSERT OR IGNORE INTO schedule (kind, subject, due) VALUES (?, ?, ?)")
        .bind_all(kind, subject, std::string_view{text})
        .run();
}

Status unschedule(store::Transaction& transaction, std::string_view kind,
                  std::string_view subject) {
    return transaction.db()
        .statement("DELETE FROM schedule WHERE kind = ? AND subject = ?")
        .bind_all(kind, subject)
        .run();
}

Schedule::Schedule(store::Store& store, const Directory& directory, Clock clock)
    : store_(store), directory_(directory), clock_(std::move(clock)) {}

Schedule::~Schedule() {
    stop();
}

void Schedule::on(std::string_view kind, DueHandler handler) {
    handlers_[std::string{kind}] = handler;
}

void Schedule::start() {
    thread_ = std::thread([this] { run(); });
    pthread_setname_np(thread_.native_handle(), "schedule");
}

void Schedule::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    woken_.notify_all();
    if (thread_.joinable()) thread_.join();
}

// By the steady clock: how often it looks has nothing to do with what time it is.
void Schedule::run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        lock.unlock();
        look();
        lock.lock();
        woken_.wait_for(lock, limits::schedule_check_interval, [this] { return stopping_; });
    }
}

void Schedule::look() {
    std::size_t idle = 0;
    if (!under_way_.compare_exchange_strong(idle, 1)) return;
    const bool taken = store_.submit_read([this](Result<store::Database*> db) {
        const auto rows =
            db.ok() ? read_due(**db, to_rfc3339(clock_())) : Result<std::vector<Row>>{db.error()};
        if (!rows.ok()) {
            log::warn("what is due cannot be read: {}", rows.error().message);
        } else {
            for (const Row& row : *rows) carry_out(row);
        }
        --under_way_;
    });
    if (!taken) --under_way_;
}

Result<std::vector<Schedule::Row>> Schedule::read_due(store::Database& db, const std::string& now) {
    auto select = db.statement(
        "SELECT kind, subject, due, attempts FROM schedule WHERE due <= ? ORDER BY due LIMIT ?");
    select.bind_all(std::string_view{now}, static_cast<std::int64_t>(limits::schedule_batch_max));
    std::vector<Row> rows;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return rows;
        rows.push_back({std::string{select.text(0)}, std::string{select.text(1)},
                        std::string{select.text(2)}, select.number(3)});
    }
}

void Schedule::carry_out(const Row& row) {
    ++under_way_;
    const bool taken = store_.submit({
        .work = [this, row](store::Transaction& transaction) { return work(row, transaction); },
        .done =
            [this, row](const Status& status) {
                if (!status.ok()) put_off(row, status.error());
                --under_way_;
            },
    });
    if (!taken) --under_way_;
}

Status Schedule::work(const Row& row, store::Transaction& transaction) {
    const WallTime time = clock_();
    const std::string now = to_rfc3339(time);
    {
        // It may have been carried out, taken back or moved since it was read.
        auto select = transaction.db().statement(
            "SELECT 1 FROM schedule WHERE kind = ? AND subject = ? AND due <= ?");
        select.bind_all(std::string_view{row.kind}, std::string_view{row.subject},
                        std::string_view{now});
        TRY(const bool due, select.step());
        if (!due) return Ok{};
    }
    const auto handler = handlers_.find(row.kind);
    if (handler == handlers_.end()) return Error{Code::internal, "nothing handles this kind"};
    TRY_OK(unschedule(transaction, row.kind, row.subject));
    DueCall call{row.subject, directory_, transaction, time};
    return handler->second(call);
}

void Schedule::put_off(const Row& row, const Error& error) {
    const bool give_up = row.attempts + 1 >= limits::schedule_attempts_max;
    log::warn("scheduled work failed kind={} subject={} attempt={} code={}{}", row.kind,
              row.subject, row.attempts + 1, to_string(error.code),
              give_up ? "; it is given up" : "");
    const std::string due = to_rfc3339(clock_() + wait_after(row.attempts));
    // Not when it was moved meanwhile. If this fails itself, the row is due as before.
    store_.submit({
        .work = [row, due, give_up](store::Transaction& transaction) -> Status {
            auto change = transaction.db().statement(
                give_up ? "DELETE FROM schedule WHERE kind = ?1 AND subject = ?2 AND due = ?3"
                        : "UPDATE schedule SET attempts = attempts + 1, due = ?4"
                          " WHERE kind = ?1 AND subject = ?2 AND due = ?3");
            change.bind_all(std::string_view{row.kind}, std::string_view{row.subject},
                            std::string_view{row.due});
            if (!give_up) change.bind(4, std::string_view{due});
            return change.run();
        },
        .done = [](const Status&) {},
    });
}

}  // namespace homeroom::campus
