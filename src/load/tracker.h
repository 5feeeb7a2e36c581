// Whether a receiver gets every event of a stream once and in order.
//
// Sequences begin with 1. A jump opens a gap; what fills it later is out of order; what was there
// already is a duplicate; what is still open at the end is lost.
// Without a gap it owns no memory. Of gaps it remembers 1,024; the oldest beyond them are lost for
// good.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace homeroom::load {

enum class Arrival : std::uint8_t { next, after_a_gap, late, duplicate };

class Tracker {
public:
    static constexpr std::size_t gaps_max = 1'024;

    Arrival on(std::uint64_t sequence);

    // How many of the events up to `published` have not come.
    std::uint64_t missing(std::uint64_t published) const;
    std::uint64_t last() const { return last_; }
    bool has(std::uint64_t sequence) const;

private:
    struct Gap {
        std::uint64_t first;
        std::uint64_t end;  // behind the last
    };
    struct Gaps {
        std::vector<Gap> open{};
        std::uint64_t lost = 0;
    };

    void open_gap(std::uint64_t first, std::uint64_t end);
    Arrival fill(std::uint64_t sequence);

    std::uint64_t last_ = 0;
    std::unique_ptr<Gaps> gaps_{};
};

}  // namespace homeroom::load
