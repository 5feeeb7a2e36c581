// Whose rooms in the directory are those of a change that is not committed yet, or could not be and
// is still to be undone; and what they were before. Nobody is let in by them: he would count as
// delivered what was kept from him by something that never was. Nobody is moved by them either.
//
// The writer adds and removes, loops ask; under a lock of its own that is held for microseconds. As
// large as the changes of one commit, or of the one that failed.
#pragma once

#include <atomic>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/short_text.h"
#include "campus/roster/directory.h"

namespace homeroom::campus {

class RoomsInDoubt {
public:
    using Rooms = std::shared_ptr<const RoomSet>;

    // Before the directory is changed, in the order of the changes. `before`: the user's rooms up
    // to this one.
    void add(const std::string& user, Rooms before) {
        const std::lock_guard lock(mutex_);
        changes_[user].push_back(std::move(before));
    }
    // The first change of each of these is committed.
    void remove(const std::vector<std::string>& users) {
        const std::lock_guard lock(mutex_);
        for (const std::string& user : users) {
            const auto found = changes_.find(user);
            if (found == changes_.end()) continue;
            found->second.erase(found->second.begin());
            if (found->second.empty()) changes_.erase(found);
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
    // The user's rooms as committed; null: he is in no doubt, and the directory has them.
    Rooms committed(std::string_view user) const {
        const std::lock_guard lock(mutex_);
        if (changes_.empty()) return nullptr;
        const auto found = changes_.find(user);
        return found == changes_.end() ? nullptr : found->second.front();
    }
    // How often that was: what was found out before the last time may not hold.
    std::uint64_t undone() const { return undone_.load(); }

private:
    mutable std::mutex mutex_;
    // Before each change that is open, the first one first.
    boost::unordered_flat_map<std::string, std::vector<Rooms>, TextHash, TextEqual> changes_{};
    std::atomic<std::uint64_t> undone_{0};
};

}  // namespace homeroom::campus
