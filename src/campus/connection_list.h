// Who is connected now, over what and in which rooms: for whoever runs the platform.
//
//   GET /api/v1/connections → loop 0: step, step, … → loop 1: step, … → page
//
// A page is read from the loops' own sockets, one loop behind the other and each in steps, between
// which it serves its connections; it says of each what is so in that moment. Sockets are passed in
// the order of their places (SocketRef: loop, slot), which they keep for as long as they live: who
// is there from the first page to the last is on exactly one, and who comes or goes meanwhile on
// one at most.
//
// Of rooms it has those that stand for the roster and study groups. What somebody has open, and
// where he types, is nobody's business.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "campus/live.h"
#include "hub/server.h"

namespace homeroom::campus {

inline constexpr std::size_t connections_page_max = 200;
inline constexpr std::size_t connections_page_default = 100;

// A connection's name, for as long as it lasts; the last one of a page is where the next begins.
//   "0-17-3"   loop, slot, generation
std::string to_text(const hub::SocketRef& ref);
std::optional<hub::SocketRef> connection_from_text(std::string_view text);

struct ConnectionQuery {
    std::string user{};                     // empty: anybody's
    std::string room{};                     // empty: wherever they are
    std::optional<hub::SocketRef> after{};  // only those behind it
    std::size_t limit = connections_page_default;
};

struct ConnectionPage {
    std::string entries{};              // JSON objects, with commas between them
    std::size_t count = 0;              // of entries
    std::optional<std::string> next{};  // nothing: there are no more
};

class ConnectionList final : public LiveObserver {
public:
    // How much of one turn a page takes: slots looked at, and bytes of those that are shown.
    struct Step {
        std::size_t slots = 512;
        std::size_t bytes = 32 * limits::KiB;
    };
    // A page ends behind the entry with which it has so many bytes.
    struct Options {
        Step step{};
        std::size_t page_bytes_max = limits::page_bytes_max;
        std::size_t pages_at_once_max = 4;
    };

    // It must outlive the server.
    explicit ConnectionList(hub::Server& server) : ConnectionList(server, Options{}) {}
    ConnectionList(hub::Server& server, Options options);

    // `done` is called once, on a loop, possibly at once; not any more when the server ends. Any
    // thread.
    using Done = std::function<void(Result<ConnectionPage>)>;
    void read(ConnectionQuery query, Done done);

    void on_admission(hub::Socket& socket, const std::string& user,
                      const Admission& admission) override;
    void on_arrival(hub::Socket&, const std::string&) override {}
    void on_departure(hub::Socket& socket, const std::string& user) override;
    void on_left_room(hub::Socket&, const std::string&) override {}
    void on_rerouted(const std::string&) override {}

private:
    struct Reading;
    void go_on(hub::Hub& hub, const std::shared_ptr<Reading>& reading);
    bool look_through(hub::Hub& hub, Reading& reading) const;

    hub::Server& server_;
    Options options_;
    std::atomic<std::size_t> under_way_{0};
    // By slots, whom they have and since when; one list a loop, touched on that loop alone.
    struct Slot {
        WallTime opened_at{};
        std::uint32_t generation = nobody;

        static constexpr std::uint32_t nobody = 0;  // a socket's is at least 1
    };
    std::vector<std::vector<Slot>> slots_{};
};

}  // namespace homeroom::campus
