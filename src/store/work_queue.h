// A bounded queue between any threads that give and those of one owner that take. It is closed
// until it is opened; what is in it when it closes is still taken.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <iterator>
#include <mutex>
#include <utility>
#include <vector>

namespace homeroom::store {

template <typename T>
class WorkQueue {
public:
    explicit WorkQueue(std::size_t items_max) : items_max_(items_max) {}

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

    // False when the queue is closed or full.
    bool give(T&& item) {
        {
            const std::lock_guard lock(mutex_);
            if (!open_ || items_.size() >= items_max_) return false;
            items_.push_back(std::move(item));
        }
        not_empty_.notify_one();
        return true;
    }

    // All of them at once, so that whoever takes finds them together. What the queue does not take
    // is left in `items`, the last of them.
    void give_all(std::vector<T>& items) {
        std::size_t count = 0;
        {
            const std::lock_guard lock(mutex_);
            if (open_)
                count = std::min(items.size(), items_max_ - std::min(items_max_, items_.size()));
            std::move(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(count),
                      std::back_inserter(items_));
        }
        items.erase(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(count));
        if (count > 0) not_empty_.notify_one();
    }

    // Waits for the first of at most `count`. None: closed and empty, for good.
    std::vector<T> take(std::size_t count) {
        std::unique_lock lock(mutex_);
        not_empty_.wait(lock, [this] { return !items_.empty() || !open_; });
        const auto end =
            items_.begin() + static_cast<std::ptrdiff_t>(std::min(count, items_.size()));
        std::vector<T> taken(std::make_move_iterator(items_.begin()), std::make_move_iterator(end));
        items_.erase(items_.begin(), end);
        return taken;
    }

private:
    const std::size_t items_max_;
    std::mutex mutex_;  // guards what follows
    std::condition_variable not_empty_;
    std::deque<T> items_{};
    bool open_ = false;
};

}  // namespace homeroom::store
