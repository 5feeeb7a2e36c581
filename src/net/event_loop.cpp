#include "net/event_loop.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "base/limits.h"
#include "base/log.h"

namespace homeroom::net {
namespace {

constexpr int events_per_wait = 512;
constexpr auto wait_max = std::chrono::milliseconds{60'000};

Error system_error(const char* what) {
    return Error{Code::internal, std::string{what} + ": " + std::system_category().message(errno)};
}

std::chrono::nanoseconds thread_cpu_time() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

}  // namespace

Result<std::unique_ptr<EventLoop>> EventLoop::create() {
    const int epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) return system_error("epoll_create1");
    const int wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (wake < 0) {
        close(epoll);
        return system_error("eventfd");
    }
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = nullptr;  // no watcher: the wake-up
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, wake, &event) != 0) {
        close(wake);
        close(epoll);
        return system_error("epoll_ctl");
    }
    return std::unique_ptr<EventLoop>{new EventLoop(epoll, wake)};
}

EventLoop::EventLoop(int epoll, int wake)
    : epoll_(epoll), wake_(wake), buffer_(limits::read_buffer_bytes) {}

Resident::~Resident() {
    if (link_ == nullptr) return;
    *link_ = next_;
    if (next_ != nullptr) next_->link_ = link_;
}

EventLoop::~EventLoop() {
    reaped_.clear();
    while (residents_ != nullptr) delete residents_;  // takes itself off the list
    close(wake_);
    close(epoll_);
}

void EventLoop::run() {
    std::array<epoll_event, events_per_wait> events{};
    bool last_turn = false;
    while (!last_turn) {
        last_turn = stopping_.load(std::memory_order_acquire);
        auto wait = timers_.until_next(std::chrono::steady_clock::now()).value_or(wait_max);
        if (last_turn || !producers_.empty() || !dirty_.empty() || !reaped_.empty() || idle_)
            wait = {};
        const int ready = epoll_wait(epoll_, events.data(), events_per_wait,
                                     static_cast<int>(std::min(wait, wait_max).count()));
        now_ = std::chrono::steady_clock::now();
        if (idle_) count_idle(ready);
        serve({events.data(), static_cast<std::size_t>(std::max(ready, 0))});
        timers_.advance(now_);
        take_mail();
        end_turn();
    }
    end_turn();  // what the last objects to be freed sent
}

// From one turn in which nothing was ready to the next.
void EventLoop::count_idle(int ready) {
    const auto used = ready == 0 ? std::optional{thread_cpu_time()} : std::nullopt;
    const auto before = std::exchange(idle_since_, used);
    if (used && before) idle_->fetch_add((*used - *before).count(), std::memory_order_relaxed);
}

void EventLoop::serve(std::span<const epoll_event> events) {
    const auto watcher = [&](std::size_t i) {
        return i < events.size() ? static_cast<Watcher*>(events[i].data.ptr) : nullptr;
    };
    for (std::size_t i = 0; i < events.size(); ++i) {
        // Its hints are in the watcher itself, so that has to be there first.
        prefetch_object(watcher(i + 2));
        if (Watcher* const next = watcher(i + 1)) next->prefetch_hints().prefetch_all();
        if (Watcher* const ready = watcher(i)) ready->on_ready(events[i].events);
    }
}

void EventLoop::end_turn() {
    flush_all();
    // Taken off first: what is freed may send, close and reap others, in the next turn.
    auto reaped = std::exchange(reaped_, {});
    reaped.clear();
}

void EventLoop::stop() {
    stopping_.store(true, std::memory_order_release);
    post([] {});
}

void EventLoop::post(Task task) {
    bool wake = false;
    {
        const std::lock_guard lock(mail_mutex_);
        if (!takes_mail_) return;
        mail_.push_back(std::move(task));
        wake = !std::exchange(wake_sent_, true);
    }
    if (wake) {
        const std::uint64_t one = 1;
        [[maybe_unused]] const ssize_t written =
            write(wake_, &one, sizeof one);  // only ever fails when already set
    }
}

void EventLoop::refuse_mail() {
    std::vector<Task> thrown_away;  // freed without the lock: what a task holds may post
    const std::lock_guard lock(mail_mutex_);
    takes_mail_ = false;
    thrown_away.swap(mail_);
}

void EventLoop::take_mail() {
    {
        const std::lock_guard lock(mail_mutex_);
        if (mail_.empty()) return;
        mail_taken_.swap(mail_);
        if (wake_sent_) {
            std::uint64_t count = 0;
            [[maybe_unused]] const ssize_t got = read(wake_, &count, sizeof count);
            wake_sent_ = false;
        }
    }
    // What these tasks post is taken in the next turn, so that mail can't starve the sockets.
    for (Task& task : mail_taken_) task();
    mail_taken_.clear();
}

void EventLoop::flush_at_turn_end(Flushable& flushable) {
    if (flushable.flush_wanted_) return;
    flushable.flush_wanted_ = true;
    dirty_.push_back(&flushable);
}

void EventLoop::produce_at_turn_end(Producer& producer) {
    if (producer.wanted_) return;
    producer.wanted_ = true;
    producers_.push_back(&producer);
}

void EventLoop::produce_all() {
    for (std::size_t i = 0; i < producers_.size(); ++i) {
        producers_[i]->wanted_ = false;
        producers_[i]->produce();
    }
    producers_.clear();
}

void EventLoop::flush_all() {
    produce_all();
    // By index: a flush that finds its peer gone makes others want one, too, or produce something.
    for (std::size_t i = 0; i < dirty_.size(); ++i) {
        dirty_[i]->flush_wanted_ = false;
        dirty_[i]->flush();
        if (i + 1 == dirty_.size()) produce_all();
    }
    dirty_.clear();
}

void EventLoop::settle(Resident& resident) {
    resident.next_ = residents_;
    resident.link_ = &residents_;
    if (residents_ != nullptr) residents_->link_ = &resident.next_;
    residents_ = &resident;
}

Status EventLoop::watch(int descriptor, std::uint32_t epoll_events, Watcher& watcher) {
    epoll_event event{};
    event.events = epoll_events;
    event.data.ptr = &watcher;
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) != 0) return system_error("epoll_ctl");
    return Ok{};
}

void EventLoop::rewatch(int descriptor, std::uint32_t epoll_events, Watcher& watcher) {
    epoll_event event{};
    event.events = epoll_events;
    event.data.ptr = &watcher;
    epoll_ctl(epoll_, EPOLL_CTL_MOD, descriptor, &event);
}

void EventLoop::unwatch(int descriptor) {
    epoll_ctl(epoll_, EPOLL_CTL_DEL, descriptor, nullptr);
}

}  // namespace homeroom::net
