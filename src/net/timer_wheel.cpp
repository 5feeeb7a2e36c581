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
}

std::optional<std::chrono::milliseconds> TimerWheel::until_next(SteadyTime now) const {
    if (running_ == 0) return std::nullopt;
    std::uint64_t next = current_tick_ + slots;
    for (std::uint64_t at = current_tick_ + 1; at < next; ++at) {
        if (heads_[at % slots] != nullptr) {
            next = at;
            break;
        }
    }
    const SteadyTime due = start_ + static_cast<std::int64_t>(next) * tick;
    if (due <= now) return std::chrono::milliseconds{0};
    return std::chrono::ceil<std::chrono::milliseconds>(due - now);
}

}  // namespace homeroom::net
