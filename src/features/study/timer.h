// The shared timer: rounds of focus, each but the last followed by a break, by the server's clock.
//
//   idle ─start→ focus 1 → break 1 → focus 2 → … → focus n → idle
//
// A phase ends at a moment, not after a number of ticks, so clients that know the moment agree
// whatever they missed, and a server that was away catches up exactly. Pure values.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "campus/surface.h"
#include "features/study/limits.h"

namespace homeroom::features::study {

struct Timer {
    enum class Phase : std::uint8_t { idle, focus, rest };

    std::chrono::seconds focus{focus_seconds_default};
    std::chrono::seconds rest{break_seconds_default};
    std::int64_t rounds = rounds_default;

    Phase phase = Phase::idle;
    std::int64_t round = 0;  // from 1; 0 while idle
    // Exactly one of them while a phase is on: until when, or how much is left of it.
    std::optional<WallTime> ends_at{};
    std::optional<std::chrono::milliseconds> paused_with{};

    void start(WallTime now);  // or goes on
    void pause(WallTime now);
    void stop();
    void skip(WallTime now);  // to the next phase, which runs
    // Ends what has ended by now, one phase after the other. Whether anything did.
    bool advance(WallTime now);

    bool operator==(const Timer&) const = default;

private:
    void begin_next(WallTime at);
};

// { focus?, break?, rounds?, do?: "start" | "pause" | "stop" | "skip" }
Status apply_timer_patch(Timer& timer, const campus::Json& patch, WallTime now);
// As everybody is shown it.
campus::Json timer_view(const Timer& timer);
// As it is kept.
campus::Json to_json(const Timer& timer);
Timer timer_from_json(const campus::Json& json);

}  // namespace homeroom::features::study
