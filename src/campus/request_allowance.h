// How many requests a user may make, over whatever connections and by whichever door: a token
// bucket for all of them together, one beside it for each kind that has a rate of its own, and so
// many reads at once. Only who has shown a token has any: nobody can use up what is another's.
//
// Any thread; a look-up under the lock of one of a few shards. Users who are back at their full
// allowance are forgotten; when there are too many others, those who have asked for nothing for the
// longest time.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/recent_map.h"
#include "base/token_bucket.h"

namespace homeroom::campus {

// Users of whom something is kept at once.
inline constexpr std::size_t allowance_users_max = 131'072;

class RequestAllowance {
public:
    using Kind = std::uint8_t;
    static constexpr Kind any = 0;  // has no rate of its own
    static constexpr std::size_t kinds_max = 32;

    explicit RequestAllowance(TokenRate rate, std::size_t users_max = allowance_users_max);

    // Before the first request. `name` is for the metrics.
    Kind add_kind(std::string_view name, TokenRate rate);

    // Takes one request from the user's bucket, and one of this kind; when there is none, gives the
    // time until there is one again. One that is refused for its kind counts among all of his.
    std::optional<std::chrono::milliseconds> wait_for(std::string_view user, SteadyTime now,
                                                      Kind kind = any);
    // The same of something that counts as so many requests, no more than the burst: all of them
    // are taken, or none.
    std::optional<std::chrono::milliseconds> wait_for_all(std::string_view user, std::size_t count,
                                                          SteadyTime now);
    // The same of the kind alone: for what is done in somebody's name, but perhaps not by him.
    std::optional<std::chrono::milliseconds> wait_for_kind(std::string_view user, Kind kind,
                                                           SteadyTime now);

    // A read that is queued or runs. False: the user has limits::reads_in_flight_per_user_max of
    // them already.
    bool begin_read(std::string_view user, SteadyTime now);
    void end_read(std::string_view user);

    // Forgets the users who are back at their full allowance; from time to time.
    void forget_idle(SteadyTime now);
    std::size_t size();

    // How often each has refused: "all", "reads", and the kinds.
    std::vector<std::pair<std::string_view, std::uint64_t>> refused() const;

private:
    struct User {
        TokenBucket all;
        std::vector<std::pair<Kind, TokenBucket>> kinds{};  // those that are not full
        std::size_t reads = 0;
    };
    struct Shard {
        std::mutex mutex{};
        RecentMap<User> users{0};
    };
    struct KindRate {
        std::string name{};
        TokenRate rate{};
        std::atomic<std::uint64_t> refused{0};
    };
    Shard& shard_of(std::string_view user) {
        return shards_[std::hash<std::string_view>{}(user) % shards_.size()];
    }
    User& find(Shard& shard, std::string_view user, SteadyTime now) const;
    std::optional<std::chrono::milliseconds> take(User& user, Kind kind, SteadyTime now);

    TokenRate rate_;
    std::array<Shard, 16> shards_{};
    std::array<KindRate, kinds_max> kinds_{};  // the first is `any`
    std::size_t kind_count_ = 1;
    std::atomic<std::uint64_t> refused_all_{0};
    std::atomic<std::uint64_t> refused_reads_{0};
};

}  // namespace homeroom::campus
