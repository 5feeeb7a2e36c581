// A token bucket for each of many keys, such as addresses. Bounded: when there are too many, the
// one that was asked for the longest ago is forgotten, and would begin with a full bucket. Any
// thread; a look-up under a lock.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>

#include "base/recent_map.h"
#include "base/token_bucket.h"

namespace homeroom {

class RateTable {
public:
    // No rate: without limit.
    RateTable(std::optional<TokenRate> rate, std::size_t keys_max)
        : rate_(rate), buckets_(keys_max) {}

    // Takes one token; when there is none, gives the time until there is one again.
    std::optional<std::chrono::milliseconds> take(std::string_view key, SteadyTime now) {
        if (!rate_) return std::nullopt;
        const std::lock_guard lock(mutex_);
        const auto wait = buckets_.touch(key,
                                         [&] {
                                             return TokenBucket{*rate_, now};
                                         })
                              .take(*rate_, now);
        if (wait) refused_.fetch_add(1, std::memory_order_relaxed);
        return wait;
    }

    // Forgets those whose bucket is full again; from time to time.
    void forget_idle(SteadyTime now) {
        if (!rate_) return;
        const std::lock_guard lock(mutex_);
        buckets_.erase_if([&](TokenBucket& bucket) { return bucket.is_full(*rate_, now); });
    }

    std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }
    std::size_t size() {
        const std::lock_guard lock(mutex_);
        return buckets_.size();
    }

private:
    std::optional<TokenRate> rate_;
    std::atomic<std::uint64_t> refused_{0};
    std::mutex mutex_;
    RecentMap<TokenBucket> buckets_;  // guarded by mutex_
};

}  // namespace homeroom
