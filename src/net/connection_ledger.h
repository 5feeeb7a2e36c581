// How many connections there are, in all and from each address, whatever they speak. Any thread.
//
// An address is what PeerAddress::place says.
#pragma once

#include <atomic>
#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/limit_counters.h"
#include "base/limits.h"
#include "net/peer_address.h"

namespace homeroom::net {

class ConnectionLedger {
public:
    struct Limits {
        std::size_t total = limits::connections_max;
        std::size_t per_address = limits::connections_per_address_max;  // 0: as many as in total
    };

    ConnectionLedger() = default;
    explicit ConnectionLedger(Limits limits, LimitCounters* counters = nullptr)
        : limits_(limits), counters_(counters) {}

    // Whether there is room for one more from there; says so to the counters where not.
    bool admits(const PeerAddress& address);

    // --- For Connection.
    void enter(const PeerAddress& address);
    void leave(const PeerAddress& address);

    std::size_t count() const { return count_.load(std::memory_order_relaxed); }

private:
    Limits limits_{};
    LimitCounters* counters_ = nullptr;
    std::atomic<std::size_t> count_{0};
    std::mutex mutex_;
    std::unordered_map<std::string, std::size_t> by_place_{};  // guarded by mutex_
};

}  // namespace homeroom::net
