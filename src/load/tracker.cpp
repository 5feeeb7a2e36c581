#include "load/tracker.h"

#include <algorithm>

namespace homeroom::load {

Arrival Tracker::on(std::uint64_t sequence) {
    if (sequence == last_ + 1) {
        last_ = sequence;
        return Arrival::next;
    }
    if (sequence <= last_) return fill(sequence);
    open_gap(last_ + 1, sequence);
    last_ = sequence;
    return Arrival::after_a_gap;
}

void Tracker::open_gap(std::uint64_t first, std::uint64_t end) {
    if (gaps_ == nullptr) gaps_ = std::make_unique<Gaps>();
    if (gaps_->open.size() >= gaps_max) {
        gaps_->lost += gaps_->open.front().end - gaps_->open.front().first;
        gaps_->open.erase(gaps_->open.begin());
    }
    gaps_->open.push_back({first, end});
}

Arrival Tracker::fill(std::uint64_t sequence) {
    if (gaps_ == nullptr) return Arrival::duplicate;
    auto& open = gaps_->open;
    const auto found = std::find_if(open.begin(), open.end(), [&](const Gap& gap) {
        return gap.first <= sequence && sequence < gap.end;
    });
    if (found == open.end()) return Arrival::duplicate;
    const Gap whole = *found;
    if (sequence + 1 == whole.end) {
        found->end = sequence;
    } else {
        found->first = sequence + 1;
        if (whole.first < sequence) open.insert(found, {whole.first, sequence});
    }
    std::erase_if(open, [](const Gap& gap) { return gap.first == gap.end; });
    return Arrival::late;
}

bool Tracker::has(std::uint64_t sequence) const {
    if (sequence > last_) return false;
    return gaps_ == nullptr ||
           std::none_of(gaps_->open.begin(), gaps_->open.end(), [&](const Gap& gap) {
               return gap.first <= sequence && sequence < gap.end;
           });
}

std::uint64_t Tracker::missing(std::uint64_t published) const {
    std::uint64_t count = published > last_ ? published - last_ : 0;
    if (gaps_ == nullptr) return count;
    for (const Gap& gap : gaps_->open) count += gap.end - gap.first;
    return count + gaps_->lost;
}

}  // namespace homeroom::load
