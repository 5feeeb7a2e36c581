#include "backbone/intake.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace homeroom::backbone {
namespace {

constexpr std::chrono::milliseconds wait_first{50};
constexpr std::chrono::milliseconds wait_longest{5'000};

}  // namespace

void Intake::add(std::int64_t offset, std::size_t bytes) {
    assert(entries_.empty() || entries_.back().offset < offset);
    entries_.push_back({.offset = offset, .bytes = bytes});
    bytes_ += bytes;
}

Intake::Entry* Intake::find(std::int64_t offset) {
    const auto found = std::ranges::lower_bound(entries_, offset, {}, &Entry::offset);
    return found == entries_.end() || found->offset != offset ? nullptr : &*found;
}

std::size_t Intake::running() const {
    return static_cast<std::size_t>(std::ranges::count(entries_, State::running, &Entry::state));
}

std::vector<std::int64_t> Intake::begin(SteadyTime now) {
    std::vector<std::int64_t> begun;
    if (standing_) {
        if (running() > 0 || now < go_on_at_) return begun;
        standing_ = false;
    }
    for (Entry& entry : entries_) {
        if (entry.state != State::waiting) continue;
        entry.state = State::running;
        begun.push_back(entry.offset);
    }
    return begun;
}

void Intake::settle(std::int64_t offset) {
    Entry* const entry = find(offset);
    if (entry == nullptr) return;
    entry->state = State::settled;
    bytes_ -= std::exchange(entry->bytes, 0);
    wait_ = {};
    while (!entries_.empty() && entries_.front().state == State::settled) {
        storable_ = entries_.front().offset + 1;
        entries_.pop_front();
    }
}

void Intake::put_off(std::int64_t offset, SteadyTime now) {
    Entry* const entry = find(offset);
    if (entry == nullptr || entry->state != State::running) return;
    entry->state = State::waiting;
    if (standing_) return;
    standing_ = true;
    wait_ = std::clamp(wait_ * 2, wait_first, wait_longest);
    go_on_at_ = now + wait_;
}

void Intake::refused(std::int64_t offset) {
    if (Entry* const entry = find(offset)) entry->state = State::refused;
}

std::optional<std::int64_t> Intake::take_storable() {
    return std::exchange(storable_, std::nullopt);
}

}  // namespace homeroom::backbone
