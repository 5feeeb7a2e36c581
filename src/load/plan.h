// What a run is to do: the command line, completed and checked. Plain values, made before any
// process is forked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "load/target.h"

namespace homeroom::load {

enum class Scenario : std::uint8_t {
    fanout,
    rooms,
    echo,
    idle,
    connect,
    feed,
    lecture,
    exam,
    slow,
    restart
};

std::string_view to_string(Scenario scenario);
Result<Scenario> scenario_named(std::string_view name);

// What is spoken above Socket.IO.
enum class Application : std::uint8_t {
    campus,  // Homeroom: tokens, rooms from the roster, post:create
    rooms,   // the bare one: join, publish, echo
};

std::string_view to_string(Application application);

inline constexpr std::uint32_t processes_max = 64;
inline constexpr std::uint32_t connections_max = 1'000'000;
inline constexpr std::uint32_t in_flight_max = 1'024;
inline constexpr std::size_t payload_bytes_max = 900'000;
inline constexpr std::uint32_t streams_max = 65'536;  // publishers
inline constexpr std::uint32_t addresses_max = 250;   // 127.0.0.2 to 127.0.0.251
// Linux looks through one half of its 28,000 local ports first: once that is full, each connect()
// searches all of it, a quarter of a millisecond.
inline constexpr std::uint32_t connections_per_address = 12'000;
inline constexpr std::uint32_t exam_publishers_max = 3;

// Where 0 (or "") is not a value, it stands for the scenario's default until complete().
struct Plan {
    Scenario scenario = Scenario::fanout;
    Application application = Application::campus;
    std::string url{};
    std::uint32_t connections = 0;
    std::uint32_t processes = 0;
    std::uint32_t addresses = 0;  // 0 after complete(): the system's choice
    std::string data{};           // of these three one at most
    std::string secret_file{};
    std::string tokens_file{};
    std::string users = "u";
    std::string room{};
    std::uint32_t rooms = 0;
    std::uint32_t room_size = 0;
    std::uint32_t in_flight = 0;
    double rate = 0;  // events a second; 0: closed loop
    std::uint32_t payload = 128;
    double duration = 10;
    double warm_up = 2;
    std::uint32_t concurrency = 64;
    std::uint32_t writers = 0;
    std::uint32_t stalled = 10;
    double ramp = 30;
    std::string signal = "TERM";  // or KILL
    int server_pid = 0;
    std::string json{};
    bool busy_poll = false;  // the processes never sleep
    bool quiet = false;

    Target target{};  // made by complete()

    // Which of the connections this process has: from first(process) to first(process + 1).
    std::uint32_t first(std::uint32_t process) const {
        return static_cast<std::uint32_t>(std::uint64_t{connections} * process / processes);
    }
    std::uint32_t process_of(std::uint32_t connection) const;
    bool comes_slowly() const {
        return scenario == Scenario::exam || scenario == Scenario::restart;
    }
    // Seconds from one connection to the next, where they come over a time.
    double ramp_interval() const { return comes_slowly() ? ramp / connections : 0; }
};

// Fills in what the scenario has as defaults, resolves the URL, and says what is wrong.
Result<Plan> complete(Plan plan);

}  // namespace homeroom::load
