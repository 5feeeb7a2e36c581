// How long things took: counts in buckets whose width grows with the value (log-linear, as
// HdrHistogram has them), so that any quantile is right to three significant digits.
//
// Microseconds, 1 µs to 100 s; what is longer counts as 100 s. Fixed memory without pointers, all
// zero when empty, so it can lie in memory that processes share. One writer; whoever reads must
// know that the writer is done.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace homeroom::load {

class Histogram {
public:
    static constexpr std::uint64_t value_max = 100'000'000;

    void record(std::uint64_t microseconds) {
        const std::uint64_t value = microseconds < value_max ? microseconds : value_max;
        ++counts_[index_of(value)];
        ++count_;
        sum_ += value;
        if (value > max_) max_ = value;
    }
    void record_nanoseconds(std::int64_t nanoseconds) {
        record(nanoseconds <= 0 ? 0 : static_cast<std::uint64_t>(nanoseconds) / 1000);
    }
    void add(const Histogram& other);

    std::uint64_t count() const { return count_; }
    std::uint64_t max() const { return max_; }  // exact
    double mean() const;                        // exact
    // The value that the share `quantile` (0 to 1) of all values does not exceed: the upper end of
    // its bucket, never beyond the greatest value. 0 when empty.
    std::uint64_t at(double quantile) const;

private:
    // 2048 buckets of 1 µs, and from then on 1024 for each doubling: a bucket is never wider than
    // a 1024th of its values.
    static constexpr unsigned half_bits = 10;
    static constexpr std::uint64_t half = std::uint64_t{1} << half_bits;
    static constexpr unsigned doublings = 27 - (half_bits + 1);
    static constexpr std::size_t buckets = (2 + doublings) * half;
    static_assert(value_max < std::uint64_t{1} << 27U, "the last bucket holds the greatest value");

    static std::size_t index_of(std::uint64_t value);
    static std::uint64_t upper_end(std::size_t index);

    std::array<std::uint64_t, buckets> counts_{};
    std::uint64_t count_ = 0;
    std::uint64_t sum_ = 0;
    std::uint64_t max_ = 0;
};

}  // namespace homeroom::load
