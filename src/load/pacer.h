// Calls at the moments of an open loop, to the microsecond: the loop's own timers are for timeouts.
// Loop thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/result.h"
#include "net/event_loop.h"

namespace homeroom::load {

class Pacer final : public net::Watcher {
public:
    // `due` is called at or after each moment, which it then moves on with wake_at().
    static Result<std::unique_ptr<Pacer>> create(net::EventLoop& loop, std::function<void()> due);
    ~Pacer() override;

    // CLOCK_MONOTONIC in nanoseconds; one that has passed is due at once.
    void wake_at(std::int64_t time);
    void stop();

    void on_ready(std::uint32_t epoll_events) override;

private:
    Pacer(net::EventLoop& loop, int descriptor, std::function<void()> due);

    net::EventLoop& loop_;
    int descriptor_;
    std::function<void()> due_;
};

}  // namespace homeroom::load
