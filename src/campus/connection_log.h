// Who was connected when: what `explain` tells from when an event was sent. One row a connection,
// not one an event: what was sent to it follows from the places in the journal between which it was
// there.
//
//   presented   how far the client said, when it came, that it had read
//   through     up to here nothing was sent live: it was before, or in the backlog
//   closed_seq  the journal's last event when it went
//
// Rows are written behind the connections, many to a command; the last of them are lost with the
// process, and what was open then is marked so. At most connections_logged_per_user_max of a user
// are kept. Any thread.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "campus/live.h"
#include "store/store.h"

namespace homeroom::campus {

inline constexpr std::int64_t connections_logged_per_user_max = 64;

struct LoggedConnection {
    std::int64_t number = 0;
    std::string opened_at{};
    std::optional<store::Seq> presented{};
    store::Seq through = 0;
    bool gap = false;
    std::string closed_at{};  // empty: it is open, or was when the process ended
    store::Seq closed_seq = 0;
    bool lost = false;  // it was open when the process ended: closed_seq is of the next start
};
// Of a user, newest first.
Result<std::vector<LoggedConnection>> logged_connections(store::Database& db,
                                                         std::string_view user);
// Since when they are kept at all, RFC 3339.
Result<std::string> connections_logged_since(store::Database& db);

std::span<const store::Migration> connection_log_migrations();

class ConnectionLog final : public LiveObserver {
public:
    // The store's threads must have ended before it goes.
    explicit ConnectionLog(store::Store& store) : store_(store) {}

    // Before the store's start: marks what was open when the process ended.
    Status prepare();

    void on_admission(hub::Socket& socket, const std::string& user,
                      const Admission& admission) override;
    void on_arrival(hub::Socket&, const std::string&) override {}
    void on_departure(hub::Socket& socket, const std::string& user) override;
    void on_left_room(hub::Socket&, const std::string&) override {}
    void on_rerouted(const std::string&) override {}

    // The same two, as tests say them.
    void opened(std::uint64_t device, std::string user, const Admission& admission);
    void closed(std::uint64_t device, std::string user);

private:
    struct Note {
        bool opens = false;
        std::uint64_t device = 0;
        std::string user{};
        std::string at{};
        Admission admission{};  // of one that opens
        store::Seq seq = 0;     // of one that closes
    };
    void add(Note note);
    void write_soon();
    static Status write(store::Database& db, const std::vector<Note>& notes);

    store::Store& store_;
    std::mutex mutex_{};
    std::deque<Note> notes_{};  // guarded: not written yet
    bool writing_ = false;      // guarded: a command is queued or runs
};

}  // namespace homeroom::campus
