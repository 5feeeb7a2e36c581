// Who was connected when: what `explain` tells from when an event was sent. One row a connection,
// not one an event: what was sent to it follows from the places in the journal between which it was
// there.
//
//   presented   how far the client said, when it came, that it had read
//   through     up to here nothing was sent live: it was before, or in the backlog
//   closed_seq  the journal's last event when it went
//   run         which start of the server it is of: what was open when one ended ended with it
//
// Rows are written behind the connections, some hundreds to a command, for a command of each own
// would cost more than the connection. The last of them are lost with a process that is killed, and
// what was open then is known to be so. Of a user's, the last connections_logged_per_user_max are
// known, and few more kept. Any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/short_text.h"
#include "campus/live.h"
#include "campus/personal_data.h"
#include "store/store.h"

namespace homeroom::campus {

inline constexpr std::int64_t connections_logged_per_user_max = 64;

struct LoggedConnection {
    std::int64_t number = 0;  // the user's own: it grows with each
    std::string opened_at{};
    std::optional<store::Seq> presented{};
    store::Seq through = 0;
    bool gap = false;
    std::string closed_at{};  // empty: it is open, or was when the process was killed
    store::Seq closed_seq = 0;
    bool lost = false;  // it was open when the process was killed: closed_seq is of the next start
};
// Of a user, newest first.
Result<std::vector<LoggedConnection>> logged_connections(store::Database& db,
                                                         std::string_view user);
// Since when all of them are known, RFC 3339: the log's beginning, the age of what was deleted, or
// when some could not be written.
Result<std::string> connections_logged_since(store::Database& db);

// A step of deleting what is too old (campus/personal_data.h).
Result<bool> expire_connections(ExpireCall& call);

std::span<const store::Migration> connection_log_migrations();

class ConnectionLog final : public LiveObserver {
public:
    // The store's threads must have ended before it goes.
    explicit ConnectionLog(store::Store& store) : store_(store) {}

    // Once, before the first connection: begins a run, and ends those before.
    Status begin(store::Transaction& transaction);
    // From time to time, a few times a second: what waits is written.
    void write_waiting();
    // At a clean stop, before the store's: what is open now ends with it, and is not lost.
    void finish();
    // Of what could not be recorded, because the store did not keep up.
    std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

    void on_admission(hub::Socket& socket, const std::string& user,
                      const Admission& admission) override;
    void on_arrival(hub::Socket&, const std::string&) override {}
    void on_departure(hub::Socket& socket, const std::string& user) override;
    void on_left_room(hub::Socket&, const std::string&) override {}
    void on_rerouted(const std::string&) override {}

    // The same two, as tests say them.
    void opened(std::uint64_t device, std::string_view user, const Admission& admission);
    void closed(std::uint64_t device, std::string_view user);

private:
    // What is to be written of a connection: its row, or how the one it has ends.
    struct Note {
        std::uint64_t device = 0;
        ShortText user{};
        WallTime opened_at = never;
        Admission admission{};  // of one that opens
        WallTime closed_at = never;
        store::Seq closed_seq = 0;

        static constexpr WallTime never = WallTime::max();
        bool opens() const { return opened_at != never; }
        bool closes() const { return closed_at != never; }
    };
    void add(Note note);
    void write_soon();
    std::vector<Note> take_some();
    Status write(store::Database& db, const Note& note);

    store::Store& store_;
    std::int64_t run_ = 0;
    std::minstd_rand chance_{std::random_device{}()};  // of the writer
    std::uint64_t dropped_written_ = 0;                // of the writer: the log begins behind it
    std::mutex mutex_{};
    std::vector<Note> notes_{};  // guarded: not written yet
    bool writing_ = false;       // guarded: a command is queued or runs
    std::atomic<std::uint64_t> dropped_{0};
};

}  // namespace homeroom::campus
