// Whose rooms in the directory are those of a change that is not committed yet, or could not be and
// is still to be undone. Nobody is let in by them: he would count as delivered what was kept from
// him by something that never was.
//
// The writer adds and removes, loops ask; under a lock of its own that is held for microseconds. As
// large as the changes of one commit, or of the one that failed.
#pragma once

#include <atomic>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/short_text.h"

namespace homeroom::campus {

class RoomsInDoubt {
public:
    // Before the directory is changed.
    void add(const std::string& user) {
        const std::lock_guard lock(mutex_);
        ++changes_[user];
    }
    // They are as committed.
    void remove(const std::vector<std::string>& users) {
        const std::lock_guard lock(mutex_);
        for (const std::string& user : users) {
            const auto found = changes_.find(user);
            if (found != changes_.end() && --found->second == 0) changes_.erase(found);
        }
    }
    // The directory has been read again: all who are left are as committed, and had not been.
    void undo() {
        const std::lock_guard lock(mutex_);
        changes_.clear();
        ++undone_;
    }

    bool has(std::string_view user) const {
        const std::lock_guard lock(mutex_);
        return !changes_.empty() && changes_.contains(user);
    }
    // How often that was: what was found out before the last time may not hold.
    std::uint64_t undone() const { return undone_.load(); }

private:
    mutable std::mutex mutex_;
    boost::unordered_flat_map<std::string, std::size_t, TextHash, TextEqual> changes_{};
    std::atomic<std::uint64_t> undone_{0};
};

}  // namespace homeroom::campus
