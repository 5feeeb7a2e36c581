#include "campus/request_allowance.h"

#include <algorithm>

namespace homeroom::campus {

std::optional<std::chrono::milliseconds> RequestAllowance::wait_for(std::string_view user,
                                                                    SteadyTime now) {
    Shard& shard = shard_of(user);
    const std::lock_guard lock(shard.mutex);
    const auto [found, fresh] =
        shard.buckets.try_emplace(std::string{user}, Bucket{.left = rate_.burst, .filled = now});
    Bucket& bucket = found->second;
    if (!fresh) refill(bucket, now);
    if (bucket.left < 1) {
        const std::chrono::duration<double> wait{(1 - bucket.left) / rate_.per_second};
        return std::chrono::ceil<std::chrono::milliseconds>(wait);
    }
    bucket.left -= 1;
    return std::nullopt;
}

bool RequestAllowance::begin_read(std::string_view user, SteadyTime now) {
    Shard& shard = shard_of(user);
    const std::lock_guard lock(shard.mutex);
    Bucket& bucket =
        shard.buckets.try_emplace(std::string{user}, Bucket{.left = rate_.burst, .filled = now})
            .first->second;
    if (bucket.reads == limits::reads_in_flight_per_user_max) return false;
    ++bucket.reads;
    return true;
}

void RequestAllowance::end_read(std::string_view user) {
    Shard& shard = shard_of(user);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.buckets.find(std::string{user});
    if (found != shard.buckets.end() && found->second.reads > 0) --found->second.reads;
}

void RequestAllowance::forget_idle(SteadyTime now) {
    for (Shard& shard : shards_) {
        const std::lock_guard lock(shard.mutex);
        std::erase_if(shard.buckets, [&](const auto& entry) {
            Bucket bucket = entry.second;
            refill(bucket, now);
            return bucket.reads == 0 && bucket.left >= rate_.burst;
        });
    }
}

std::size_t RequestAllowance::size() {
    std::size_t count = 0;
    for (Shard& shard : shards_) {
        const std::lock_guard lock(shard.mutex);
        count += shard.buckets.size();
    }
    return count;
}

// Threads read the clock at slightly different times; going back gives nothing.
void RequestAllowance::refill(Bucket& bucket, SteadyTime now) const {
    if (now <= bucket.filled) return;
    const std::chrono::duration<double> passed = now - bucket.filled;
    bucket.left = std::min(rate_.burst, bucket.left + passed.count() * rate_.per_second);
    bucket.filled = now;
}

}  // namespace homeroom::campus
