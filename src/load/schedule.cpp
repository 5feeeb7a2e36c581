#include "load/schedule.h"

#include <algorithm>
#include <utility>

namespace homeroom::load {

Schedule::Schedule(const Options& options, std::vector<std::uint32_t> turns)
    : options_(options), turns_(std::move(turns)) {}

std::int64_t Schedule::time_of(std::uint64_t event) const {
    return options_.began +
           static_cast<std::int64_t>(static_cast<double>(event) / options_.rate * 1e9);
}

void Schedule::advance() {
    if (++at_ < turns_.size()) return;
    at_ = 0;
    ++round_;
}

std::uint64_t Schedule::due_until(std::int64_t now) const {
    if (now < options_.began) return 0;
    // Of all processes, from the first one on; time_of() rounds, so what is computed may be one
    // off.
    auto events =
        static_cast<std::uint64_t>(static_cast<double>(now - options_.began) / 1e9 * options_.rate);
    while (time_of(events) <= now) ++events;
    while (events > 0 && time_of(events - 1) > now) --events;
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < turns_.size(); ++i) {
        const std::uint64_t rounds =
            events > turns_[i] ? (events - turns_[i] - 1) / options_.all + 1 : 0;
        const std::uint64_t had = round_ + (i < at_ ? 1 : 0);
        sum += rounds > had ? rounds - had : 0;
    }
    return sum;
}

}  // namespace homeroom::load
