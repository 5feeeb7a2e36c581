#include "outgoing/retry.h"

#include <algorithm>

namespace homeroom::outgoing {

std::optional<std::chrono::milliseconds> wait_after(std::int64_t attempts, double chance,
                                                    const RetryPolicy& policy,
                                                    std::chrono::milliseconds asked) {
    if (attempts >= policy.attempts_max) return std::nullopt;
    auto wait = std::min(policy.first, policy.longest);
    for (std::int64_t i = 1; i < attempts && wait < policy.longest; ++i)
        wait = std::min(wait * 3, policy.longest);
    const double part = 0.5 + std::clamp(chance, 0.0, 1.0) / 2;
    const auto jittered = std::chrono::milliseconds{
        static_cast<std::int64_t>(static_cast<double>(wait.count()) * part)};
    return std::max(jittered, std::min(asked, policy.longest));
}

}  // namespace homeroom::outgoing
