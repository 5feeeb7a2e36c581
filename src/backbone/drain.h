// How many events may be read now, so that a backlog drains without taking the machine from those
// who are there. Pure, for one thread.
//
// It fills at the configured rate beside the rate of what is new: so a backlog shrinks by the
// configured rate, however much is written meanwhile. It never holds more than a second's worth.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/clock.h"

namespace homeroom::backbone {

class Drain {
public:
    Drain(double per_second, SteadyTime now, std::uint64_t last)
        : per_second_(per_second), left_(per_second), filled_(now), counted_(now), last_(last) {}

    // `last`: the newest event that there is.
    std::size_t allowed(SteadyTime now, std::uint64_t last) {
        const std::chrono::duration<double> counted = now - counted_;
        if (counted >= count_interval) {
            live_ = static_cast<double>(last - last_) / counted.count();
            last_ = last;
            counted_ = now;
        }
        const std::chrono::duration<double> passed = now - filled_;
        filled_ = now;
        const double rate = per_second_ + live_;
        left_ = std::min(left_ + passed.count() * rate, rate);
        return left_ < 1 ? 0 : static_cast<std::size_t>(left_);
    }
    void take(std::size_t events) { left_ -= static_cast<double>(events); }

private:
    static constexpr std::chrono::milliseconds count_interval{250};

    double per_second_;
    double live_ = 0;  // events a second that are new
    double left_;
    SteadyTime filled_;
    SteadyTime counted_;
    std::uint64_t last_;
};

}  // namespace homeroom::backbone
