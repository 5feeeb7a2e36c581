#include "campus/request_allowance.h"

#include "base/limits.h"

namespace homeroom::campus {

std::optional<std::chrono::milliseconds> RequestAllowance::wait_for(std::string_view user,
                                                                    SteadyTime now) {
    Shard& shard = shard_of(user);
    const std::lock_guard lock(shard.mutex);
    return shard.users.try_emplace(std::string{user}, User{TokenBucket{rate_, now}})
        .first->second.bucket.take(rate_, now);
}

bool RequestAllowance::begin_read(std::string_view user, SteadyTime now) {
    Shard& shard = shard_of(user);
    const std::lock_guard lock(shard.mutex);
    User& found =
        shard.users.try_emplace(std::string{user}, User{TokenBucket{rate_, now}}).first->second;
    if (found.reads == limits::reads_in_flight_per_user_max) return false;
    ++found.reads;
    return true;
}

void RequestAllowance::end_read(std::string_view user) {
    Shard& shard = shard_of(user);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.users.find(std::string{user});
    if (found != shard.users.end() && found->second.reads > 0) --found->second.reads;
}

void RequestAllowance::forget_idle(SteadyTime now) {
    for (Shard& shard : shards_) {
        const std::lock_guard lock(shard.mutex);
        std::erase_if(shard.users, [&](const auto& entry) {
            TokenBucket bucket = entry.second.bucket;
            return entry.second.reads == 0 && bucket.is_full(rate_, now);
        });
    }
}

std::size_t RequestAllowance::size() {
    std::size_t count = 0;
    for (Shard& shard : shards_) {
        const std::lock_guard lock(shard.mutex);
        count += shard.users.size();
    }
    return count;
}

}  // namespace homeroom::campus
