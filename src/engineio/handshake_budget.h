// How many sessions may be opened a second, over all loops. Any thread.
#pragma once

#include <mutex>

#include "base/token_bucket.h"

namespace homeroom::engineio {

class HandshakeBudget {
public:
    explicit HandshakeBudget(TokenRate rate, SteadyTime now = std::chrono::steady_clock::now())
        : rate_(rate), bucket_(rate, now) {}

    // Takes one; when there is none left, gives the time until there is one again.
    std::optional<std::chrono::milliseconds> take(SteadyTime now) {
        const std::lock_guard lock(mutex_);
        return bucket_.take(rate_, now);
    }

private:
    TokenRate rate_;
    std::mutex mutex_;
    TokenBucket bucket_;  // guarded by mutex_
};

}  // namespace homeroom::engineio
