// One seed: a server, people's devices, Kafka, a disk and a clock, and what may happen to each of
// them, one step after another; then all is mended, and everything must come to what was promised.
#pragma once

#include <cstdint>

#include "mutant.h"

namespace homeroom::simulation {

struct Figures {
    std::uint64_t seeds = 0, steps = 0, power_losses = 0, stops = 0, disk_faults = 0,
                  broker_faults = 0, clock_jumps = 0, cuts = 0, acknowledged = 0, delivered = 0,
                  committed = 0, written = 0, repeated = 0, compared = 0, enrolments = 0,
                  group_moves = 0, turned = 0, sign_outs = 0;
    std::uint64_t digest = 0;  // of the last seed

    Figures& operator+=(const Figures& more);
};

// Does not come back when something is wrong: see trace.h.
Figures run_seed(std::uint64_t seed, Mutant mutant, bool aloud);

}  // namespace homeroom::simulation
