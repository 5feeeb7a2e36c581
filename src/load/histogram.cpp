#include "load/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace homeroom::load {

std::size_t Histogram::index_of(std::uint64_t value) {
    if (value < 2 * half) return static_cast<std::size_t>(value);
    const auto shift = static_cast<unsigned>(std::bit_width(value)) - (half_bits + 1);
    // value >> shift is in [half, 2 * half).
    return static_cast<std::size_t>(shift * half + (value >> shift));
}

std::uint64_t Histogram::upper_end(std::size_t index) {
    if (index < 2 * half) return index;
    const auto shift = static_cast<unsigned>(index / half - 1);
    const std::uint64_t first = (index - shift * half) << shift;
    return first + (std::uint64_t{1} << shift) - 1;
}

void Histogram::add(const Histogram& other) {
    for (std::size_t i = 0; i < buckets; ++i) counts_[i] += other.counts_[i];
    count_ += other.count_;
    sum_ += other.sum_;
    max_ = std::max(max_, other.max_);
}

double Histogram::mean() const {
    return count_ == 0 ? 0 : static_cast<double>(sum_) / static_cast<double>(count_);
}

std::uint64_t Histogram::at(double quantile) const {
    if (count_ == 0) return 0;
    const double wanted = std::ceil(std::clamp(quantile, 0.0, 1.0) * static_cast<double>(count_));
    const auto rank = std::max<std::uint64_t>(static_cast<std::uint64_t>(wanted), 1);
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < buckets; ++i) {
        seen += counts_[i];
        if (seen >= rank) return std::min(upper_end(i), max_);
    }
    return max_;
}

}  // namespace homeroom::load
