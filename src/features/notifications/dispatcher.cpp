#include "features/notifications/dispatcher.h"

#include <cstdint>
#include <cstring>
#include <memory>
#include <pthread.h>
#include <utility>

#include "base/ids.h"
#include "base/limits.h"
#include "base/log.h"
#include "outgoing/webhook.h"

namespace homeroom::features::notifications {
namespace {

// From 0 to 1.
double any_chance() {
    const std::string bytes = random_bytes(4);
    std::uint32_t number = 0;
    std::memcpy(&number, bytes.data(), sizeof number);
    return static_cast<double>(number) / static_cast<double>(UINT32_MAX);
}

std::string fault_of(const outgoing::HttpAnswer& answer) {
    return answer.status == 0 ? answer.fault : "status " + std::to_string(answer.status);
}

}  // namespace

OutgoingDelays DispatcherOptions::delays() const {
    OutgoingDelays delays;
    if (!push.url.empty()) delays.push = push.delay;
    if (!mail.url.empty()) delays.mail = mail.delay;
    return delays;
}

Dispatcher::Dispatcher(store::Store& store, const campus::Directory& directory,
                       DispatcherOptions options, Post post, Clock clock)
    : store_(store),
      directory_(directory),
      options_(std::move(options)),
      post_(std::move(post)),
      clock_(std::move(clock)) {}

Dispatcher::~Dispatcher() {
    stop();
}

void Dispatcher::start() {
    thread_ = std::thread([this] { run(); });
    pthread_setname_np(thread_.native_handle(), "webhooks");
}

void Dispatcher::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    woken_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void Dispatcher::run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        awake_ = false;
        lock.unlock();
        look();
        lock.lock();
        woken_.wait_for(lock, limits::webhook_check_interval,
                        [this] { return stopping_ || awake_; });
    }
}

void Dispatcher::wake() {
    {
        const std::lock_guard lock(mutex_);
        awake_ = true;
    }
    woken_.notify_all();
}

bool Dispatcher::busy() const {
    for (const Way& way : ways_) {
        if (way.looking.load() || way.in_flight.load() != 0) return true;
    }
    return false;
}

Dispatcher::Counts Dispatcher::counts() const {
    Counts counts{
        .delivered = delivered_.load(), .failed = failed_.load(), .given_up = given_up_.load()};
    for (const Way& way : ways_) counts.in_flight += way.in_flight.load();
    return counts;
}

void Dispatcher::look() {
    for (const Channel channel : channels) {
        if (!options_.of(channel).url.empty()) look(channel);
    }
}

// One look at a time: what it finds is begun, or found to be begun, before there is another.
void Dispatcher::look(Channel channel) {
    Way& way = way_of(channel);
    const std::size_t in_flight = way.in_flight.load();
    if (in_flight >= limits::webhooks_in_flight_max || way.looking.exchange(true)) return;
    const std::size_t room = limits::webhooks_in_flight_max - in_flight;
    const bool taken = store_.submit_read([this, channel, room](Result<store::Database*> db) {
        const auto ids = db.ok() ? due_deliveries(**db, channel, clock_(), room)
                                 : Result<std::vector<std::string>>{db.error()};
        if (!ids.ok()) {
            log::warn("webhooks that are due cannot be read: {}", ids.error().message);
        } else {
            for (const std::string& id : *ids) begin(channel, id);
        }
        way_of(channel).looking.store(false);
    });
    if (!taken) way.looking.store(false);
}

// The same may be found twice before it is begun; the second finds that it is not due.
void Dispatcher::begin(Channel channel, const std::string& id) {
    ++way_of(channel).in_flight;
    const auto attempt = std::make_shared<std::optional<Attempt>>();
    const bool taken = store_.submit({
        .work = [this, id, attempt](store::Transaction& transaction) -> Status {
            // Until it must have ended, and its end been written down.
            const auto lost_after = 2 * options_.timeout;
            TRY(*attempt, begin_attempt(transaction, directory_, id, clock_(), lost_after));
            return Ok{};
        },
        .done =
            [this, channel, attempt](const Status& status) {
                if (!status.ok())
                    log::warn("a webhook cannot be begun code={}", to_string(status.error().code));
                if (!status.ok() || !*attempt) return end(channel);
                send(channel, std::move(**attempt));
            },
    });
    if (!taken) end(channel);
}

void Dispatcher::send(Channel channel, Attempt attempt) {
    outgoing::HttpRequest request{
        .url = options_.of(channel).url,
        .headers = outgoing::webhook_headers(
            {.id = attempt.id, .at = clock_(), .body = attempt.body}, options_.keys),
        .body = std::move(attempt.body),
        .timeout = options_.timeout};
    request.headers.emplace_back("content-type: application/json");
    request.headers.emplace_back("expect:");  // no "100-continue"
    post_(std::move(request),
          [this, channel, attempt = std::move(attempt)](const outgoing::HttpAnswer& answer) {
              settle(channel, attempt, answer);
          });
}

bool Dispatcher::is_stopping() {
    const std::lock_guard lock(mutex_);
    return stopping_;
}

void Dispatcher::put_back(Channel channel, const Attempt& attempt) {
    const bool taken = store_.submit({
        .work =
            [attempt, now = clock_()](store::Transaction& transaction) {
                return settle_broken_off(transaction.db(), attempt, now);
            },
        .done = [this, channel](const Status&) { end(channel); },
    });
    if (!taken) end(channel);
}

// What the store does not take is tried again as if nothing had been heard.
void Dispatcher::settle(Channel channel, const Attempt& attempt,
                        const outgoing::HttpAnswer& answer) {
    if (answer.status == 0 && is_stopping()) return put_back(channel, attempt);
    const auto wait =
        outgoing::wait_after(attempt.number, any_chance(), options_.retry, answer.retry_after);
    ++(answer.accepted() ? delivered_ : failed_);
    if (!answer.accepted()) {
        if (!wait) ++given_up_;
        log::warn("a webhook failed id={} channel={} attempt={} fault=\"{}\"{}", attempt.id,
                  to_string(channel), attempt.number, fault_of(answer),
                  wait ? "" : "; it is given up");
    }
    const bool taken = store_.submit({
        .work = [attempt, answer, wait, now = clock_()](store::Transaction& transaction) -> Status {
            if (answer.accepted()) return settle_delivered(transaction.db(), attempt);
            if (wait) return settle_failed(transaction.db(), attempt, now + *wait);
            return settle_given_up(transaction, attempt, fault_of(answer));
        },
        .done = [this, channel](const Status&) { end(channel); },
    });
    if (!taken) end(channel);
}

void Dispatcher::end(Channel channel) {
    --way_of(channel).in_flight;
    wake();
}

}  // namespace homeroom::features::notifications
