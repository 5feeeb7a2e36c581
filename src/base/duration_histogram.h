// How long something took, counted in buckets with fixed upper bounds, as Prometheus wants it.
// Any thread records and reads; a reading while others record may miss the newest.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace homeroom {

class DurationHistogram {
public:
    // Seconds; what is longer than the last is only in the count.
    static constexpr std::array bounds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                       0.1,   0.25,   0.5,   1.0,  2.5,   5.0};

    struct Values {
        std::array<std::uint64_t, bounds.size()> up_to{};  // cumulative, one for each bound
        std::uint64_t count = 0;
        double sum = 0;  // seconds
    };

    void record(std::chrono::nanoseconds duration) {
        const double seconds = std::chrono::duration<double>{duration}.count();
        const auto bucket = std::ranges::lower_bound(bounds, seconds) - bounds.begin();
        counts_[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
        const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(duration);
        sum_microseconds_.fetch_add(static_cast<std::uint64_t>(microseconds.count()),
                                    std::memory_order_relaxed);
    }

    Values values() const {
        Values values;
        for (std::size_t i = 0; i < counts_.size(); ++i) {
            values.count += counts_[i].load(std::memory_order_relaxed);
            if (i < bounds.size()) values.up_to[i] = values.count;
        }
        values.sum = static_cast<double>(sum_microseconds_.load(std::memory_order_relaxed)) / 1e6;
        return values;
    }

private:
    std::array<std::atomic<std::uint64_t>, bounds.size() + 1> counts_{};
    std::atomic<std::uint64_t> sum_microseconds_{0};
};

}  // namespace homeroom
