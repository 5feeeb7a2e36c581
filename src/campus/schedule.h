// What is to happen later: durable rows with a time on the server's clock, and who carries each
// out.
//
//   a command:  schedule(transaction, kind, subject, due)     a row, committed with the rest of it
//   the thread: look for rows that are due → one command each → delete the row, run the handler
//
// A row is deleted in the same transaction as what its handler does, so that it happens once,
// whatever ends the process: before the commit it is due again after the next start, behind it it
// is gone. Nothing happens early; a row is late by limits::schedule_check_interval at most while
// the server runs, and is due at once when it comes up later. The time is the wall clock's: one
// that is set forward makes rows due, one that is set back makes them wait, and none is lost or
// repeated.
//
// A handler decides anew: whoever asked may have lost the right to it. What it refuses by an Error
// is undone and tried again (limits::schedule_retry_…), and given up in the end; what is settled,
// if only by doing nothing, is Ok.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "campus/roster/directory.h"
#include "store/store.h"

namespace homeroom::campus {

// On the writer thread, in a transaction of its own.
struct DueCall {
    std::string_view subject;
    const Directory& directory;
    store::Transaction& transaction;
    WallTime now;  // by the schedule's clock
};
using DueHandler = Status (*)(DueCall& call);

// One of a kind and subject; another replaces it. Inside a command only.
Status schedule(store::Transaction& transaction, std::string_view kind, std::string_view subject,
                WallTime due);
// The same, but leaves one that is there as it is.
Status schedule_once(store::Transaction& transaction, std::string_view kind,
                     std::string_view subject, WallTime due);
Status unschedule(store::Transaction& transaction, std::string_view kind, std::string_view subject);

std::span<const store::Migration> schedule_migrations();

class Schedule {
public:
    using Clock = std::function<WallTime()>;  // any thread

    // The store's threads must have ended before it goes.
    Schedule(store::Store& store, const Directory& directory, Clock clock = wall_now);
    ~Schedule();

    void on(std::string_view kind, DueHandler handler);  // before start()
    void start();                                        // after the store's
    void stop();  // looks no more; what is under way is the store's to finish

    // Looks once; nothing while what it found before is under way. What the thread does; any
    // thread.
    void look();
    bool busy() const { return under_way_.load() != 0; }

private:
    struct Row {
        std::string kind{};
        std::string subject{};
        std::string due{};
        std::int64_t attempts = 0;
    };
    void run();
    static Result<std::vector<Row>> read_due(store::Database& db, const std::string& now);
    void carry_out(const Row& row);
    Status work(const Row& row, store::Transaction& transaction);
    // Tries it again later, or never.
    void put_off(const Row& row, const Error& error);

    store::Store& store_;
    const Directory& directory_;
    Clock clock_;
    std::map<std::string, DueHandler, std::less<>> handlers_{};
    std::atomic<std::size_t> under_way_{0};  // the read, and commands that it led to

    std::mutex mutex_{};
    std::condition_variable woken_{};
    bool stopping_ = false;  // guarded
    std::thread thread_{};
};

}  // namespace homeroom::campus
