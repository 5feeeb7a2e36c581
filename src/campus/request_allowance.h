// How many requests a user may make, over whatever connections and by whichever door: a token
// bucket each. Any thread; a look-up under the lock of one of a few shards. Buckets that are full
// again are forgotten.
#pragma once

#include <array>
#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "base/token_bucket.h"

namespace homeroom::campus {

class RequestAllowance {
public:
    explicit RequestAllowance(TokenRate rate) : rate_(rate) {}

    // Takes one request from the user's bucket; when it is empty, gives the time until there is one
    // again.
    std::optional<std::chrono::milliseconds> wait_for(std::string_view user, SteadyTime now);

    // A read that is queued or runs. False: the user has limits::reads_in_flight_per_user_max of
    // them already.
    bool begin_read(std::string_view user, SteadyTime now);
    void end_read(std::string_view user);

    // Forgets the users who are back at their full allowance; from time to time.
    void forget_idle(SteadyTime now);
    std::size_t size();

private:
    struct User {
        TokenBucket bucket;
        std::size_t reads = 0;
    };
    struct Shard {
        std::mutex mutex{};
        std::unordered_map<std::string, User> users{};
    };
    Shard& shard_of(std::string_view user) {
        return shards_[std::hash<std::string_view>{}(user) % shards_.size()];
    }
    TokenRate rate_;
    std::array<Shard, 16> shards_{};
};

}  // namespace homeroom::campus
