#include "backbone/backbone.h"

#include <pthread.h>
#include <sys/statvfs.h>
#include <utility>

#include "base/log.h"
#include "campus/journal_keeper.h"

namespace homeroom::backbone {
namespace {

using namespace std::chrono_literals;

constexpr auto watch_interval = 500ms;
constexpr auto retry_after = 10s;

}  // namespace

Backbone::Backbone(store::Store& store, BackboneOptions options, Runner runner, OnState on_state)
    : store_(store),
      options_(std::move(options)),
      on_state_(std::move(on_state)),
      pump_(store, options_.out, [this] { return kafka::make_producer(options_.kafka); }),
      fallback_(options_.fallback),
      state_(fallback_.state()) {
    if (!options_.commands) return;
    commands_.emplace(
        store, options_.in, std::move(runner),
        [this](std::function<void(const std::vector<int>&)> on_revoked) {
            return kafka::make_consumer(options_.kafka, {.topic = options_.commands_topic,
                                                         .group = options_.group,
                                                         .instance = options_.instance,
                                                         .on_revoked = std::move(on_revoked)});
        },
        [this] { return kafka::make_producer(options_.kafka); },
        [this] { return admit(campus::Need::durable).ok(); });
}

Backbone::~Backbone() {
    stop();
}

void Backbone::start() {
    pump_.start();
    if (commands_) commands_->start();
    thread_ = std::thread([this] { watch(); });
    pthread_setname_np(thread_.native_handle(), "kafka-state");
}

// What comes in first, so that what it does can still go out.
void Backbone::stop() {
    if (commands_) commands_->stop();
    pump_.stop();
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    woken_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void Backbone::watch() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        lock.unlock();
        const State before = state_.load();
        const State now = fallback_.advance(measure());
        if (now != before) {
            state_.store(now);
            ++transitions_;
            log::warn("fallback: {} → {}", to_string(before), to_string(now));
            if (on_state_) on_state_(now);
        }
        lock.lock();
        woken_.wait_for(lock, watch_interval, [this] { return stopping_; });
    }
}

Measures Backbone::measure() const {
    const auto out = pump_.figures();
    struct statvfs disk {};
    const bool known = statvfs(options_.data.c_str(), &disk) == 0;
    const double free =
        known ? static_cast<double>(disk.f_bavail) * static_cast<double>(disk.f_frsize)
              : options_.backlog_bytes_max;
    const double backlog =
        static_cast<double>(out.behind) * (out.event_bytes + campus::journal_row_bytes);
    return {.now = std::chrono::steady_clock::now(),
            .reachable = out.reachable,
            .stalled = out.stalled,
            .behind = out.behind,
            .filled = filled(backlog, options_.backlog_bytes_max, free),
            .disk_failed = !store_.healthy()};
}

// A disk that failed is not refused for: only another write shows that it is well again, and one
// that fails is answered `unavailable` by the store itself.
Status Backbone::admit(campus::Need need) const {
    const State state = state_.load(std::memory_order_relaxed);
    if (!refuses(state, need)) return Ok{};
    if (state == State::read_only && !store_.healthy() && need == campus::Need::durable)
        return Ok{};
    return Error{Code::unavailable,
                 state != State::read_only ? "there is no room for this at the moment"
                 : store_.healthy()
                     ? "nothing can be stored at the moment: what waits for Kafka fills its share"
                     : "nothing can be stored at the moment: the disk refused the last write",
                 "", retry_after};
}

}  // namespace homeroom::backbone
