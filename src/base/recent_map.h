// A map by texts that has room for so many: when it is full, the entry that was asked for the
// longest ago makes room. For what is better forgotten than remembered without end, such as how
// often somebody has asked. Not thread-safe.
//
// Cost: a look-up and a step in a list.
#pragma once

#include <cstddef>
#include <iterator>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace homeroom {

template <typename Value>
class RecentMap {
public:
    explicit RecentMap(std::size_t entries_max) : entries_max_(entries_max) {}

    // The entry, which is the most recent now; a new one is made by `make`. What `may_go` says no
    // to stays, for which there must be some other limit.
    template <typename Make, typename MayGo>
    Value& touch(std::string_view key, const Make& make, const MayGo& may_go) {
        if (const auto found = places_.find(key); found != places_.end()) {
            entries_.splice(entries_.begin(), entries_, found->second);
            return found->second->second;
        }
        if (entries_.size() >= entries_max_) make_room(may_go);
        entries_.emplace_front(std::string{key}, make());
        places_.emplace(entries_.front().first, entries_.begin());
        return entries_.front().second;
    }
    template <typename Make>
    Value& touch(std::string_view key, const Make& make) {
        return touch(key, make, [](const Value&) { return true; });
    }

    Value* find(std::string_view key) {
        const auto found = places_.find(key);
        return found == places_.end() ? nullptr : &found->second->second;
    }

    template <typename Predicate>
    void erase_if(const Predicate& predicate) {
        for (auto entry = entries_.begin(); entry != entries_.end();) {
            const auto next = std::next(entry);
            if (predicate(entry->second)) erase(entry);
            entry = next;
        }
    }

    std::size_t size() const { return entries_.size(); }

private:
    using Entries = std::list<std::pair<const std::string, Value>>;

    void erase(typename Entries::iterator entry) {
        places_.erase(entry->first);
        entries_.erase(entry);
    }
    // The oldest that may go; looks at a few, so that those that may not cost nobody time.
    template <typename MayGo>
    void make_room(const MayGo& may_go) {
        constexpr int looked_at_max = 32;
        auto entry = entries_.end();
        for (int i = 0; i < looked_at_max && entry != entries_.begin(); ++i) {
            --entry;
            if (may_go(entry->second)) return erase(entry);
        }
    }

    std::size_t entries_max_;
    Entries entries_{};  // the most recent first
    std::unordered_map<std::string_view, typename Entries::iterator> places_{};  // keys are theirs
};

}  // namespace homeroom
