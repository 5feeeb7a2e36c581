// A bounded queue between any threads that give and those of one owner that take. It is closed
// until it is opened; what is in it when it closes is still taken.
//
// It is fair among those whom its items are from (Owner): each has a lane, first in first out, and
// the lanes take turns. Who has a thousand items in it delays somebody with one by a single turn,
// and takes no more than his share of what is taken at once. A lane is there as long as something
// is in it.
//
// What is nobody's, the server's own work, takes turns as all others, but has no share to keep to.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <iterator>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "store/owner.h"

namespace homeroom::store {

// Of one owner: how many items may wait, and how many are taken at once. As many as of all by
// default.
struct QueueShare {
    std::size_t waiting = SIZE_MAX;
    std::size_t at_once = SIZE_MAX;
};

template <typename T>
class WorkQueue {
public:
    explicit WorkQueue(std::size_t items_max, QueueShare share = {})
        : items_max_(items_max), share_(share) {}

    void open() {
        const std::lock_guard lock(mutex_);
        open_ = true;
    }

    void close() {
        {
            const std::lock_guard lock(mutex_);
            open_ = false;
        }
        not_empty_.notify_all();
    }

    // False when the queue is closed or full, or has as many of this owner's as it may.
    bool give(T&& item, Owner owner = nobody) {
        {
            const std::lock_guard lock(mutex_);
            if (!put(item, owner)) return false;
        }
        not_empty_.notify_one();
        return true;
    }

    // All of them at once, so that whoever takes finds them together. What the queue does not take
    // is left in `items`.
    template <typename OwnerOf>
    void give_all(std::vector<T>& items, const OwnerOf& owner_of) {
        const std::size_t given = items.size();
        {
            const std::lock_guard lock(mutex_);
            std::vector<T> left;
            for (T& item : items) {
                const Owner owner = owner_of(item);
                if (!put(item, owner)) left.push_back(std::move(item));
            }
            items = std::move(left);
        }
        if (items.size() < given) not_empty_.notify_one();
    }

    // Waits for the first of at most `count`, which come in turns. None: closed and empty, for
    // good.
    std::vector<T> take(std::size_t count) {
        std::unique_lock lock(mutex_);
        not_empty_.wait(lock, [this] { return size_ != 0 || !open_; });
        std::vector<T> taken;
        taken.reserve(std::min(count, size_));
        std::vector<Owner> served;  // who have had their share of this
        ++take_;
        while (taken.size() < count && !turns_.empty()) {
            const Owner owner = turns_.front();
            turns_.pop_front();
            const auto found = lanes_.find(owner);
            Lane& lane = found->second;
            taken.push_back(std::move(lane.items.front()));
            lane.items.pop_front();
            --size_;
            if (lane.items.empty()) {
                lanes_.erase(found);
            } else if (owner != nobody && lane.count_in(take_) >= share_.at_once) {
                served.push_back(owner);
            } else {
                turns_.push_back(owner);
            }
        }
        for (const Owner owner : served) turns_.push_back(owner);
        return taken;
    }

    // Those that are there, at once, without waiting.
    std::vector<T> take_all() {
        const std::lock_guard lock(mutex_);
        std::vector<T> taken;
        taken.reserve(size_);
        for (const Owner owner : turns_)
            std::ranges::move(lanes_.find(owner)->second.items, std::back_inserter(taken));
        lanes_.clear();
        turns_.clear();
        size_ = 0;
        return taken;
    }

    bool is_open() {
        const std::lock_guard lock(mutex_);
        return open_;
    }

private:
    struct Lane {
        std::deque<T> items{};
        std::size_t taken = 0;  // in the take of this number
        std::uint64_t in_take = 0;

        std::size_t count_in(std::uint64_t take) {
            if (std::exchange(in_take, take) != take) taken = 0;
            return ++taken;
        }
    };

    // Moves from `item` when it takes it.
    bool put(T& item, Owner owner) {
        if (!open_ || size_ >= items_max_) return false;
        const auto [place, is_new] = lanes_.try_emplace(owner);
        Lane& lane = place->second;
        if (owner != nobody && lane.items.size() >= share_.waiting) return false;
        lane.items.push_back(std::move(item));
        ++size_;
        if (is_new) turns_.push_back(owner);
        return true;
    }

    const std::size_t items_max_;
    const QueueShare share_;
    std::mutex mutex_;  // guards what follows
    std::condition_variable not_empty_;
    std::unordered_map<Owner, Lane> lanes_{};  // none is empty
    std::deque<Owner> turns_{};                // each lane once
    std::size_t size_ = 0;
    std::uint64_t take_ = 0;  // their number
    bool open_ = false;
};

}  // namespace homeroom::store
