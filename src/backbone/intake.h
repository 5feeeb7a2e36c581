// What has come in of one partition, and how far it has been dealt with. Pure, for one thread.
//
// Records are dealt with in their order, several at once: the writer keeps it. When one can't be
// stored those behind it must not be either, so the whole stands still until everything that is
// under way has come back, waits, and goes on from the first that is not settled.
//
//   waiting → running → settled                    the offset moves when all before it are settled
//                    ↘ (not now) → waiting          and everything behind it, too
//                    ↘ refused → being reported → settled
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "base/clock.h"

namespace homeroom::backbone {

class Intake {
public:
    // Each greater than the one before; it takes so many bytes until it is settled.
    void add(std::int64_t offset, std::size_t bytes = 0);

    // What is to be begun now, in order.
    std::vector<std::int64_t> begin(SteadyTime now);

    void settle(std::int64_t offset);                   // carried out, or dead-lettered
    void put_off(std::int64_t offset, SteadyTime now);  // not now
    // It is refused: it is no longer under way, and settled only when that is reported.
    void refused(std::int64_t offset);

    // Everything before it is dealt with; once for each.
    std::optional<std::int64_t> take_storable();

    std::size_t size() const { return entries_.size(); }
    std::size_t bytes() const { return bytes_; }
    std::size_t running() const;

private:
    enum class State : std::uint8_t { waiting, running, refused, settled };
    struct Entry {
        std::int64_t offset;
        std::size_t bytes;
        State state = State::waiting;
    };
    Entry* find(std::int64_t offset);

    std::deque<Entry> entries_{};
    std::size_t bytes_ = 0;  // of those that are not settled
    std::optional<std::int64_t> storable_{};
    bool standing_ = false;  // something was put off; nothing new is begun until all has come back
    SteadyTime go_on_at_{};
    std::chrono::milliseconds wait_{};
};

}  // namespace homeroom::backbone
