// Broadcasts one behind the other, for the same sockets: what a turn or a commit has for a room.
//
// Each socket gets all of them at once. Most take them as one piece of bytes, made once for all:
// walking through ten thousand sockets costs more than what is done at each. Made, used and
// forgotten within one delivery.
#pragma once

#include <cstdint>
#include <span>

#include "hub/types.h"

namespace homeroom::hub {

class Run {
public:
    // The longest run at the beginning of `broadcasts`, which has one at least.
    static std::span<const BroadcastPtr> first_of(std::span<const BroadcastPtr> broadcasts);

    // For `receivers` sockets.
    Run(std::span<const BroadcastPtr> broadcasts, std::size_t receivers);

    std::span<const BroadcastPtr> broadcasts() const { return broadcasts_; }
    // Places in the order of durable ones; both are 0 when there are none.
    std::uint64_t first_seq() const { return broadcasts_.front()->seq; }
    std::uint64_t last_seq() const { return broadcasts_.back()->seq; }
    // The frames of all, as they leave on a WebSocket that agreed to nothing special. Empty where
    // that is not worth it.
    const SharedBytes& joined() const { return joined_; }

private:
    std::span<const BroadcastPtr> broadcasts_;
    SharedBytes joined_{};
};

}  // namespace homeroom::hub
