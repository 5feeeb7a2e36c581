#include "features/documents/whole_cache.h"

#include <algorithm>
#include <utility>

#include "features/documents/limits.h"

namespace homeroom::features::documents {

Whole WholeCache::find(std::string_view part, SteadyTime now) {
    const std::lock_guard lock(mutex_);
    const auto found = parts_.find(part);
    if (found == parts_.end()) return {};
    found->second.used = now;
    return found->second.whole;
}

void WholeCache::keep(const std::string& part, Whole whole, SteadyTime now) {
    const std::lock_guard lock(mutex_);
    const auto found = parts_.find(part);
    // Two readers may come with the same document, the later first.
    if (found != parts_.end() && found->second.whole.sequence >= whole.sequence) return;
    if (found != parts_.end()) drop(found);
    bytes_ += whole.bytes->size();
    parts_.emplace(part, Kept{std::move(whole), now});
    while (bytes_ > limits::documents_cached_bytes_max && !parts_.empty()) {
        drop(std::ranges::min_element(parts_, {}, [](const auto& one) { return one.second.used; }));
    }
}

void WholeCache::forget(std::string_view part) {
    const std::lock_guard lock(mutex_);
    if (const auto found = parts_.find(part); found != parts_.end()) drop(found);
}

void WholeCache::forget_idle(SteadyTime before) {
    const std::lock_guard lock(mutex_);
    for (auto one = parts_.begin(); one != parts_.end();) {
        const auto next = std::next(one);
        if (one->second.used < before) drop(one);
        one = next;
    }
}

void WholeCache::drop(Parts::iterator one) {
    bytes_ -= one->second.whole.bytes->size();
    parts_.erase(one);
}

}  // namespace homeroom::features::documents
