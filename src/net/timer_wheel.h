// Timers by the ten thousand: one hashed wheel a loop, an intrusive node a timer.
// Loop thread only. Starting, moving and stopping cost O(1) and allocate nothing; a timer fires up
// to one tick late, never early.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

#include "base/clock.h"

namespace homeroom::net {

class TimerWheel;

// Fires once. Stops itself when destroyed. Lives inside what it times, so it is neither copied nor
// moved.
class Timer {
public:
    using Fire = void (*)(void* context);

    Timer(Fire fire, void* context) : fire_(fire), context_(context) {}
    ~Timer() { stop(); }
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    void stop();
    bool running() const { return wheel_ != nullptr; }

private:
    friend class TimerWheel;  // an intrusive list is one thing in two places

    Fire fire_;
    void* context_;
    TimerWheel* wheel_ = nullptr;
    Timer* next_ = nullptr;
    Timer** link_ = nullptr;  // what points at this node
    std::uint64_t due_tick_ = 0;
};

class TimerWheel {
public:
    static constexpr auto tick = std::chrono::milliseconds{10};

    explicit TimerWheel(SteadyTime start) : start_(start) {}
    ~TimerWheel();

    // Starts the timer, or moves it when it runs.
    void start(Timer& timer, SteadyTime now, std::chrono::milliseconds delay);

    // Fires what is due. A timer may start and stop any timer, itself included, while it fires.
    void advance(SteadyTime now);

    // How long nothing will be due; nothing when no timer runs. May be shorter than the truth: the
    // wheel has one turn's horizon.
    std::optional<std::chrono::milliseconds> until_next(SteadyTime now) const;

private:
    friend class Timer;
    static constexpr std::size_t slots = 1024;

    std::uint64_t tick_of(SteadyTime time) const;
    void insert(Timer& timer);
    std::uint64_t first_occupied() const;

    SteadyTime start_;
    std::uint64_t current_tick_ = 0;
    // No slot before it is occupied; kept, because it is asked for in every turn of the loop.
    std::uint64_t next_tick_ = 0;
    std::size_t running_ = 0;
    std::array<Timer*, slots> heads_{};
};

}  // namespace homeroom::net
