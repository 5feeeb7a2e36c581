// When the events of an open loop are due: all publishers of a run take turns, at even intervals,
// and a process sends those of its own. Plain arithmetic, no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace homeroom::load {

class Schedule {
public:
    struct Options {
        double rate;         // events a second, of all publishers
        std::int64_t began;  // nanoseconds: when the first publisher's first event is due
        std::uint64_t all;   // publishers, of all processes
    };
    // `turns`: the places of this process's publishers among all, rising, at least one.
    Schedule(const Options& options, std::vector<std::uint32_t> turns);

    // The next event: whose it is, as a place in `turns`, and when it is due.
    std::size_t publisher() const { return at_; }
    std::int64_t due() const { return time_of(round_ * options_.all + turns_[at_]); }
    void advance();

    // How many events, the next one and those after it, are due at `now` or before.
    std::uint64_t due_until(std::int64_t now) const;

private:
    std::int64_t time_of(std::uint64_t event) const;

    Options options_;
    std::vector<std::uint32_t> turns_;
    std::size_t at_ = 0;
    std::uint64_t round_ = 0;  // how often all have had their turn
};

}  // namespace homeroom::load
