// How many sessions may be opened a second, over all loops: in all, and from one address, so that
// no address can use up what is for all. Any thread.
//
// An address is what PeerAddress::place says.
#pragma once

#include <cstddef>
#include <mutex>
#include <string_view>

#include "base/rate_table.h"
#include "base/token_bucket.h"

namespace homeroom::engineio {

// Of which something is kept at once.
inline constexpr std::size_t handshake_addresses_max = 65'536;

class HandshakeBudget {
public:
    explicit HandshakeBudget(TokenRate rate, SteadyTime now = std::chrono::steady_clock::now(),
                             std::optional<TokenRate> of_address = std::nullopt)
        : rate_(rate), bucket_(rate, now), by_address_(of_address, handshake_addresses_max) {}

    // Takes one; when there is none left, gives the time until there is one again. What an address
    // may not is taken from nobody else.
    std::optional<std::chrono::milliseconds> take_of_address(std::string_view place,
                                                             SteadyTime now) {
        return by_address_.take(place, now);
    }
    std::optional<std::chrono::milliseconds> take(SteadyTime now) {
        const std::lock_guard lock(mutex_);
        return bucket_.take(rate_, now);
    }

    RateTable& by_address() { return by_address_; }

private:
    TokenRate rate_;
    std::mutex mutex_;
    TokenBucket bucket_;  // guarded by mutex_
    RateTable by_address_;
};

}  // namespace homeroom::engineio
