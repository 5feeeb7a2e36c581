// When a delivery that failed is tried again. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/limits.h"

namespace homeroom::outgoing {

struct RetryPolicy {
    std::chrono::milliseconds first = limits::webhook_retry_first;
    std::chrono::milliseconds longest = limits::webhook_retry_longest;
    std::int64_t attempts_max = limits::webhook_attempts_max;
};

// The wait behind attempt number `attempts` (from 1): three times the one before, and of it a part
// between a half and all, by `chance` from 0 to 1, so that what failed together does not come back
// together. Never less than what the endpoint asked for. Nothing: it is given up.
std::optional<std::chrono::milliseconds> wait_after(
    std::int64_t attempts, double chance, const RetryPolicy& policy,
    std::chrono::milliseconds asked = std::chrono::milliseconds{0});

}  // namespace homeroom::outgoing
