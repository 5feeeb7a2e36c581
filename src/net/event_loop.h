// One loop a thread: epoll, timers, mail from other threads, and the end of a turn.
//
//   turn := ready descriptors → due timers → mail → what producers gathered → flush everything that
//   has output → free what was closed
//
// Everything but post() and stop() belongs to the loop's own thread. Nothing here blocks but the
// wait itself. Why not Asio's reactor: docs/decisions/0002-own-event-loop.md.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "net/prefetch_hints.h"
#include "net/timer_wheel.h"

struct epoll_event;

namespace homeroom::net {

// What must not be freed while it may be on the stack or in this turn's list of events: see
// EventLoop::reap.
class Reapable {
public:
    virtual ~Reapable() = default;
};

// What waits for a descriptor.
class Watcher : public Reapable {
public:
    virtual void on_ready(std::uint32_t epoll_events) = 0;
    PrefetchHints& prefetch_hints() { return prefetch_hints_; }

private:
    PrefetchHints prefetch_hints_{};
};

// A watcher that nobody but its loop owns: it ends by reap(), or with the loop.
class Resident : public Watcher {
public:
    Resident() = default;
    Resident(const Resident&) = delete;
    Resident& operator=(const Resident&) = delete;
    ~Resident() override;

private:
    friend class EventLoop;
    Resident* next_ = nullptr;
    Resident** link_ = nullptr;  // what points at this node
};

// What has output. Flushed once at the end of the turn, however often it asked.
class Flushable {
public:
    virtual ~Flushable() = default;
    virtual void flush() = 0;

private:
    friend class EventLoop;
    bool flush_wanted_ = false;
};

// What gathered something in the turn that makes output, or leaves the loop. Asked once at the end
// of the turn, before what has output is flushed.
class Producer {
public:
    virtual ~Producer() = default;
    virtual void produce() = 0;

private:
    friend class EventLoop;
    bool wanted_ = false;
};

class EventLoop {
public:
    using Task = std::function<void()>;

    static Result<std::unique_ptr<EventLoop>> create();
    ~EventLoop();
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    // Before run(). The loop never sleeps: it asks the kernel again and again, and adds to `idle`
    // the nanoseconds of CPU that it spent so. For who measures others: to wake a thread costs
    // whoever does it, in a virtual machine several microseconds.
    void stay_awake(std::atomic<std::int64_t>& idle) { idle_ = &idle; }

    void run();   // until stop(); mail that was posted before the stop is still carried out
    void stop();  // any thread

    // Any thread. Tasks run on the loop in the order in which one thread posted them.
    void post(Task task);
    // The loop will not run any more: throws away the mail that it has and gets. Any thread.
    void refuse_mail();

    Status watch(int descriptor, std::uint32_t epoll_events, Watcher& watcher);
    void rewatch(int descriptor, std::uint32_t epoll_events, Watcher& watcher);
    void unwatch(int descriptor);
    // From now on the loop owns it.
    void settle(Resident& resident);

    void start(Timer& timer, std::chrono::milliseconds delay) { timers_.start(timer, now_, delay); }
    void flush_at_turn_end(Flushable& flushable);
    void produce_at_turn_end(Producer& producer);
    // Frees the object when the turn is over.
    void reap(std::unique_ptr<Reapable> object) { reaped_.push_back(std::move(object)); }

    SteadyTime now() const { return now_; }  // the beginning of this turn
    std::span<char> read_buffer() {
        return buffer_;
    }  // shared by all connections of the loop, within one callback

private:
    EventLoop(int epoll, int wake);
    void count_idle(int ready);
    void serve(std::span<const epoll_event> events);
    void take_mail();
    void produce_all();
    void flush_all();
    void end_turn();

    int epoll_;
    int wake_;
    std::atomic<bool> stopping_{false};
    SteadyTime now_ = std::chrono::steady_clock::now();
    // Of a loop that stays awake; the time since which nothing was ready.
    std::atomic<std::int64_t>* idle_ = nullptr;
    std::optional<std::chrono::nanoseconds> idle_since_{};
    TimerWheel timers_{now_};
    std::vector<char> buffer_;
    std::vector<Producer*> producers_{};
    std::vector<Flushable*> dirty_{};
    std::vector<std::unique_ptr<Reapable>> reaped_{};
    Resident* residents_ = nullptr;

    std::mutex mail_mutex_;
    std::vector<Task> mail_{};  // guarded by mail_mutex_
    bool wake_sent_ = false;    // guarded by mail_mutex_
    bool takes_mail_ = true;    // guarded by mail_mutex_
    std::vector<Task> mail_taken_{};
};

}  // namespace homeroom::net
