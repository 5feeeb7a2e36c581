// One of the run's users: what is kept of them while connections come and go. Loop thread only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "load/client.h"
#include "load/tracker.h"

namespace homeroom::load {

enum class SeatState : std::uint8_t {
    away,        // not connected, or not yet
    connecting,  // until the application has let it in
    ready,
    refused,
    lost,  // was ready
};

struct Seat {
    struct Reception {
        std::uint32_t stream;
        Tracker tracker;
    };

    std::uint32_t connection = 0;  // its number in the run
    SeatState state = SeatState::away;
    Client* client = nullptr;  // while connecting or ready
    std::int64_t started = 0;  // its last connecting
    bool timed = true;         // whether what it gets counts in the latencies
    std::string token{};
    std::vector<std::uint32_t> rooms{};
    std::vector<Reception> receptions{};
    std::string pid{};  // of connection state recovery, where that is used
    std::string offset{};

    bool ready() const { return state == SeatState::ready; }
    Tracker& tracker(std::uint32_t stream) {
        for (Reception& one : receptions) {
            if (one.stream == stream) return one.tracker;
        }
        receptions.push_back({stream, {}});
        return receptions.back().tracker;
    }
    const Tracker* find_tracker(std::uint32_t stream) const {
        for (const Reception& one : receptions) {
            if (one.stream == stream) return &one.tracker;
        }
        return nullptr;
    }
};

}  // namespace homeroom::load
