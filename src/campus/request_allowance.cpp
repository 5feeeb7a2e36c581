#include "campus/request_allowance.h"

#include <algorithm>
#include <cassert>

#include "base/limits.h"

namespace homeroom::campus {

RequestAllowance::RequestAllowance(TokenRate rate, std::size_t users_max) : rate_(rate) {
    for (Shard& shard : shards_)
        shard.users = RecentMap<User>{std::max<std::size_t>(1, users_max / shards_.size())};
}

RequestAllowance::Kind RequestAllowance::add_kind(std::string_view name, TokenRate rate) {
    assert(kind_count_ < kinds_max && "one more kind than there is room for");
    KindRate& kind = kinds_[kind_count_];
    kind.name = name;
    kind.rate = rate;
    return static_cast<Kind>(kind_count_++);
}

RequestAllowance::User& RequestAllowance::find(Shard& shard, std::string_view user,
                                               SteadyTime now) const {
    // Whose reads are under way stays: their end must be counted. Their number has its own limit.
    return shard.users.touch(
        user,
        [&] {
            return User{.all = TokenBucket{rate_, now}};
        },
        [](const User& one) { return one.reads == 0; });
}

std::optional<std::chrono::milliseconds> RequestAllowance::take(User& user, Kind kind,
                                                                SteadyTime now) {
    if (kind == any) return std::nullopt;
    KindRate& its = kinds_[kind];
    auto found = std::ranges::find(user.kinds, kind, &std::pair<Kind, TokenBucket>::first);
    if (found == user.kinds.end())
        found = user.kinds.insert(found, {kind, TokenBucket{its.rate, now}});
    const auto wait = found->second.take(its.rate, now);
    if (wait) its.refused.fetch_add(1, std::memory_order_relaxed);
    return wait;
}

std::optional<std::chrono::milliseconds> RequestAllowance::wait_for(std::string_view user,
                                                                    SteadyTime now, Kind kind) {
    Shard& shard = shard_of(user);
    const std::lock_guard lock(shard.mutex);
    User& found = find(shard, user, now);
    if (const auto wait = found.all.take(rate_, now)) {
        refused_all_.fetch_add(1, std::memory_order_relaxed);
        return wait;
    }
    return take(found, kind, now);
}

std::optional<std::chrono::milliseconds> RequestAllowance::wait_for_all(std::string_view user,
                                                                        std::size_t count,
                                                                        SteadyTime now) {
    Shard& shard = shard_of(user);
    const std::lock_guard lock(shard.mutex);
    const auto wait = find(shard, user, now).all.take(rate_, now, static_cast<double>(count));
    if (wait) refused_all_.fetch_add(1, std::memory_order_relaxed);
    return wait;
}

std::optional<std::chrono::milliseconds> RequestAllowance::wait_for_kind(std::string_view user,
                                                                         Kind kind,
                                                                         SteadyTime now) {
    Shard& shard = shard_of(user);
    const std::lock_guard lock(shard.mutex);
    return take(find(shard, user, now), kind, now);
}

bool RequestAllowance::begin_read(std::string_view user, SteadyTime now) {
    Shard& shard = shard_of(user);
    const std::lock_guard lock(shard.mutex);
    User& found = find(shard, user, now);
    if (found.reads == limits::reads_in_flight_per_user_max) {
        refused_reads_.fetch_add(1, std::memory_order_relaxed);
        return false;
    }
    ++found.reads;
    return true;
}

void RequestAllowance::end_read(std::string_view user) {
    Shard& shard = shard_of(user);
    const std::lock_guard lock(shard.mutex);
    User* const found = shard.users.find(user);
    if (found != nullptr && found->reads > 0) --found->reads;
}

void RequestAllowance::forget_idle(SteadyTime now) {
    for (Shard& shard : shards_) {
        const std::lock_guard lock(shard.mutex);
        shard.users.erase_if([&](User& user) {
            std::erase_if(user.kinds, [&](auto& one) {
                return one.second.is_full(kinds_[one.first].rate, now);
            });
            return user.reads == 0 && user.kinds.empty() && user.all.is_full(rate_, now);
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

std::vector<std::pair<std::string_view, std::uint64_t>> RequestAllowance::refused() const {
    std::vector<std::pair<std::string_view, std::uint64_t>> counts{
        {"all", refused_all_.load()}, {"reads", refused_reads_.load()}};
    for (std::size_t i = 1; i < kind_count_; ++i)
        counts.emplace_back(kinds_[i].name, kinds_[i].refused.load());
    return counts;
}

}  // namespace homeroom::campus
