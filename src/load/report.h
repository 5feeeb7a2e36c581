// What a run found, as people and as programs read it. Plain values.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "load/histogram.h"
#include "load/plan.h"
#include "load/process_table.h"

namespace homeroom::load {

// Of what was due in an open loop: when more was never sent, the latencies are of another load than
// was asked for, and the run is not good.
inline constexpr double unsent_share_max = 0.01;

// Of its cores: from here on the generator may be what was measured.
inline constexpr double generator_saturated_share = 0.95;
inline constexpr double generator_seconds_min = 0.2;  // measured

struct Latency {
    double p50 = 0;  // milliseconds
    double p90 = 0;
    double p99 = 0;
    double p999 = 0;
    double max = 0;
    double mean = 0;
    std::uint64_t count = 0;
};

Latency latency_of(const Histogram& histogram);

struct Report {
    std::string unit{};                // of the scenario's work: "deliveries", "echoes", …
    std::string timed = "deliveries";  // what `latency` is of
    double seconds = 0;                // measured
    std::uint64_t units = 0;
    std::uint64_t sent = 0;
    std::uint64_t delivered = 0;
    std::uint64_t acked = 0;
    std::uint64_t connected = 0;  // at the end
    std::uint64_t let_in = 0;     // of them, and of those that have ended since
    // Of the whole run:
    std::uint64_t lost = 0;
    std::uint64_t duplicated = 0;
    std::uint64_t disordered = 0;
    std::uint64_t misdelivered = 0;  // deliveries that should not have been
    std::uint64_t given_up = 0;      // events that were not everywhere in time
    std::uint64_t disconnected = 0;
    std::uint64_t refused = 0;           // connections
    std::uint64_t refused_requests = 0;  // those answered { ok: false }
    std::uint64_t unanswered = 0;        // requests, and sign-ins of `connect`
    std::uint64_t unsent = 0;            // events of an open loop that were due and never sent
    std::uint64_t due = 0;               // all events: those, and what was sent
    std::vector<std::pair<std::string, std::uint64_t>> reasons{};

    std::uint64_t wire_bytes = 0;
    std::optional<ProcessUsage> server_before{};
    std::optional<ProcessUsage> server_after{};
    std::optional<double> resident_per_connection{};
    double generator_seconds = 0;       // of CPU, of all its processes
    std::uint32_t generator_cores = 1;  // that they can keep busy: a process has one thread
    Latency latency{};
    Latency ack_latency{};
    nlohmann::ordered_json extra = nlohmann::ordered_json::object();
    std::vector<std::string> notes{};   // what to know of it, in words
    std::vector<std::string> faults{};  // why it is not good

    double per_second() const { return seconds > 0 ? static_cast<double>(units) / seconds : 0; }
    std::optional<double> per_server_cpu_second() const;
    double generator_share() const;  // of its cores
    // Shorter times the kernel's ticks can't tell.
    bool generator_saturated() const {
        return seconds >= generator_seconds_min && generator_share() >= generator_saturated_share;
    }
    bool good() const { return faults.empty(); }
    // The acknowledgements are the scenario's work.
    void time_acks(const char* what);
    // From the counts above; scenarios add their own.
    void find_faults();
};

nlohmann::ordered_json to_json(const Plan& plan, const Report& report);
// Of a run that came to no result.
nlohmann::ordered_json failure_json(const Plan& plan, std::string_view why);
std::string to_table(const Plan& plan, const Report& report);

// "1,234,567".
std::string with_commas(std::uint64_t number);

}  // namespace homeroom::load
