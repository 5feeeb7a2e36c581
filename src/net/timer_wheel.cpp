#include "net/timer_wheel.h"

#include <algorithm>

namespace homeroom::net {

void Timer::stop() {
    if (wheel_ == nullptr) return;
    *link_ = next_;
    if (next_ != nullptr) next_->link_ = link_;
    --wheel_->running_;
    wheel_ = nullptr;
    next_ = nullptr;
    link_ = nullptr;
}

TimerWheel::~TimerWheel() {
    for (Timer*& head : heads_) {
        while (head != nullptr) head->stop();
    }
}

std::uint64_t TimerWheel::tick_of(SteadyTime time) const {
    if (time <= start_) return 0;
    return static_cast<std::uint64_t>((time - start_) / tick);
}

void TimerWheel::start(Timer& timer, SteadyTime now, std::chrono::milliseconds delay) {
    timer.stop();
    // One tick on top: the current one has partly passed.
    timer.due_tick_ = std::max(tick_of(now + delay) + 1, current_tick_ + 1);
    insert(timer);
}

void TimerWheel::insert(Timer& timer) {
    Timer*& head = heads_[timer.due_tick_ % slots];
    timer.wheel_ = this;
    timer.next_ = head;
    timer.link_ = &head;
    if (head != nullptr) head->link_ = &timer.next_;
    head = &timer;
    next_tick_ = running_ == 0 ? current_tick_ + slots : next_tick_;
    next_tick_ = std::min(next_tick_, timer.due_tick_);
    ++running_;
}

void TimerWheel::advance(SteadyTime now) {
    const std::uint64_t target = tick_of(now);
    if (running_ == 0) {
        current_tick_ = std::max(current_tick_, target);
        return;
    }
    while (current_tick_ < target) {
        ++current_tick_;
        // The list is taken off the wheel first: what fires may start and stop timers of this very
        // slot.
        Timer* due = heads_[current_tick_ % slots];
        heads_[current_tick_ % slots] = nullptr;
        if (due != nullptr) due->link_ = &due;
        while (due != nullptr) {
            Timer* timer = due;
            timer->stop();
            if (timer->due_tick_ <= current_tick_) {
                timer->fire_(timer->context_);
            } else {
                insert(*timer);
            }
        }
        if (running_ == 0) current_tick_ = target;
    }
    if (next_tick_ <= current_tick_) next_tick_ = first_occupied();
}

std::uint64_t TimerWheel::first_occupied() const {
    for (std::uint64_t at = current_tick_ + 1; at < current_tick_ + slots; ++at) {
        if (heads_[at % slots] != nullptr) return at;
    }
    return current_tick_ + slots;
}

std::optional<std::chrono::milliseconds> TimerWheel::until_next(SteadyTime now) const {
    if (running_ == 0) return std::nullopt;
    const SteadyTime due = start_ + static_cast<std::int64_t>(next_tick_) * tick;
    if (due <= now) return std::chrono::milliseconds{0};
    return std::chrono::ceil<std::chrono::milliseconds>(due - now);
}

}  // namespace homeroom::net
