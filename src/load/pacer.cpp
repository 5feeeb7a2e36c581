#include "load/pacer.h"

#include <algorithm>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include <utility>

namespace homeroom::load {
namespace {

constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;

}  // namespace

Pacer::Pacer(net::EventLoop& loop, int descriptor, std::function<void()> due)
    : loop_(loop), descriptor_(descriptor), due_(std::move(due)) {}

Pacer::~Pacer() {
    loop_.unwatch(descriptor_);
    close(descriptor_);
}

Result<std::unique_ptr<Pacer>> Pacer::create(net::EventLoop& loop, std::function<void()> due) {
    const int descriptor = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (descriptor < 0) return Error{Code::internal, "timerfd_create failed"};
    std::unique_ptr<Pacer> pacer{new Pacer(loop, descriptor, std::move(due))};
    TRY_OK(loop.watch(descriptor, EPOLLIN, *pacer));
    return pacer;
}

void Pacer::wake_at(std::int64_t time) {
    time = std::max<std::int64_t>(time, 1);  // 0 would stop it
    itimerspec when{};
    when.it_value.tv_sec = time / nanoseconds_per_second;
    when.it_value.tv_nsec = time % nanoseconds_per_second;
    timerfd_settime(descriptor_, TFD_TIMER_ABSTIME, &when, nullptr);
}

void Pacer::stop() {
    const itimerspec never{};
    timerfd_settime(descriptor_, 0, &never, nullptr);
}

void Pacer::on_ready(std::uint32_t) {
    std::uint64_t count = 0;
    if (read(descriptor_, &count, sizeof count) == sizeof count) due_();
}

}  // namespace homeroom::load
