// Chance that a seed repeats (SplitMix64, Steele et al. 2014). For one thread.
#pragma once

#include <cstddef>
#include <cstdint>

namespace homeroom::simulation {

class Draw {
public:
    explicit Draw(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        std::uint64_t mixed = state_ += 0x9E3779B97F4A7C15U;
        mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
        mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
        return mixed ^ (mixed >> 31U);
    }
    // Below `end`, which is not 0.
    std::size_t below(std::size_t end) { return static_cast<std::size_t>(next() % end); }
    std::int64_t between(std::int64_t first, std::int64_t last) {
        return first +
               static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(last - first + 1));
    }
    bool one_in(std::size_t count) { return below(count) == 0; }
    template <typename List>
    auto& of(List& list) {
        return list[below(list.size())];
    }

private:
    std::uint64_t state_;
};

}  // namespace homeroom::simulation
