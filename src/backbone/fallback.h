// How much of the service there is while Kafka, or the disk behind the journal, is in trouble: a
// state, and what is refused in it. Pure: it is told what was measured, and when.
//
//   ok → degraded → shedding → read_only          worse as soon as it is so
//   … → catching_up → ok                           better when it has been so for a while
//
// Kafka's absence alone refuses nothing: the journal is the outbox. What fills the disk does.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "campus/write_admission.h"

namespace homeroom::backbone {

enum class State : std::uint8_t { ok, degraded, shedding, read_only, catching_up };
inline constexpr State states[] = {State::ok, State::degraded, State::shedding, State::read_only,
                                   State::catching_up};
std::string_view to_string(State state);

struct Measures {
    SteadyTime now{};
    bool reachable = false;  // a broker answers
    std::chrono::milliseconds
        stalled{};             // how long something has waited without anything being delivered
    std::uint64_t behind = 0;  // events that are not delivered
    double filled = 0;         // of what the backlog may take, from 0 to 1
    bool disk_failed = false;  // the last write to the store did
};

struct FallbackOptions {
    std::chrono::milliseconds stalled_max{10'000};
    std::chrono::milliseconds steady{3'000};  // how long it must be better to count as better
    double shedding_at = 0.70, shedding_until = 0.60;
    double read_only_at = 0.95, read_only_until = 0.85;
    std::uint64_t catching_up_at = 5'000, catching_up_until = 100;  // events
};

class Fallback {
public:
    explicit Fallback(FallbackOptions options = {}) : options_(options) {}

    // The state from now on.
    State advance(const Measures& measures);
    State state() const { return state_; }

private:
    State wanted(const Measures& measures) const;

    FallbackOptions options_;
    State state_ = State::degraded;  // until a broker has answered
    std::optional<SteadyTime> better_since_{};
};

bool refuses(State state, campus::Need need);

// How full it is: a backlog of so many bytes, which may take so many and no more than is free on
// the disk, beside what is kept free there for all else.
double filled(double backlog_bytes, double bytes_max, double disk_free_bytes);

}  // namespace homeroom::backbone
