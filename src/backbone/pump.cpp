#include "backbone/pump.h"

#include <algorithm>
#include <future>
#include <pthread.h>
#include <utility>

#include "backbone/cloud_event.h"
#include "base/log.h"
#include "kafka/partition.h"

namespace homeroom::backbone {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t page_events_max = 500;
constexpr std::size_t in_flight_per_lane_min = 16;
constexpr std::size_t headers_bytes = 512;  // of a record, about
constexpr auto poll_wait = 3ms;             // while something is under way
constexpr auto rest_short = 10ms;
constexpr auto rest_long = 250ms;
constexpr auto metadata_wait = 1000ms;  // halved below: not in seconds
constexpr auto save_interval = 500ms;
constexpr auto back_off_first = 100ms;
constexpr auto back_off_longest = 5s;
constexpr double newest_weight = 0.02;  // in the average size of an event
constexpr unsigned lane_shift = 48;     // of a tag: the lane, and the seq below it

std::uint64_t tag_of(std::size_t lane, store::Seq seq) {
    return static_cast<std::uint64_t>(lane) << lane_shift | seq;
}

void make_dead_letter(kafka::Record& record, Relay::Letter letter, const std::string& topic,
                      const std::string& reason) {
    record.headers.emplace_back("homeroom-topic", topic);
    record.headers.emplace_back("homeroom-reason", reason);
    if (letter != Relay::Letter::dead_without_data) return;
    record.headers.emplace_back("homeroom-data", "left out");
    record.value.clear();
}

}  // namespace

Pump::Pump(store::Store& store, PumpOptions options, MakeProducer make_producer)
    : store_(store), options_(std::move(options)), make_producer_(std::move(make_producer)) {}

Pump::~Pump() {
    stop();
}

Status Pump::prepare() {
    TRY(const auto backlog, stored_backlog(store_.db()));
    stored_ = backlog.slowest;
    event_bytes_.store(backlog.event_bytes);
    return Ok{};
}

void Pump::on_event(const store::JournalEvent& event) {
    const auto bytes = static_cast<double>(event.payload.size());
    const double average = event_bytes_.load(std::memory_order_relaxed);
    event_bytes_.store(average == 0 ? bytes : average + (bytes - average) * newest_weight,
                       std::memory_order_relaxed);
}

void Pump::start() {
    thread_ = std::thread([this] { run(); });
    pthread_setname_np(thread_.native_handle(), "kafka-out");
}

void Pump::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    woken_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void Pump::on_batch_end(store::Seq) {
    {
        const std::lock_guard lock(mutex_);
        awake_ = true;
    }
    woken_.notify_all();
}

Pump::Figures Pump::figures() const {
    const std::lock_guard lock(mutex_);
    Figures figures = figures_;
    return figures;
}

void Pump::run() {
    std::optional<SteadyTime> deadline;
    progress_at_ = steady_now();
    for (;;) {
        {
            const std::lock_guard lock(mutex_);
            if (stopping_ && !deadline) deadline = steady_now() + options_.stop_wait;
        }
        if (deadline && finished(*deadline)) break;
        turn();
        rest();
    }
    save(true);
    producer_.reset();
    publish_figures();
}

bool Pump::finished(SteadyTime deadline) const {
    if (!producer_ || !begun_ || !producer_->reachable() || steady_now() >= deadline) return true;
    return relay_->slowest() >= store_.last_seq() && !in_hand();
}

void Pump::turn() {
    if (open() && begin()) {
        probe();
        produce_waiting();
        if (!in_hand()) take_page();
        if (!in_hand()) read_on();
        produce_waiting();
        take_reports();
        if (fault_.empty()) fault_ = producer_->broken();
        if (!fault_.empty()) close();
        save(false);
    }
    publish_figures();
}

// Nothing to do but to wait for news: a commit, what was read, or that it is to stop. While the
// producer has something it is poll() that waits.
void Pump::rest() {
    if (producer_ && relay_ && (relay_->in_flight() > 0 || in_hand())) return;
    const bool limited = relay_ && begun_ && relay_->slowest() < store_.last_seq();
    // What was read for a producer that is gone waits for the next, too.
    const bool takes_page = producer_ && begun_;
    std::unique_lock lock(mutex_);
    const bool stopping = stopping_;
    woken_.wait_for(lock, limited || stopping ? rest_short : rest_long, [&] {
        return awake_ || stopping_ != stopping || (takes_page && page_.has_value());
    });
    awake_ = false;
}

bool Pump::open() {
    if (producer_) return true;
    if (steady_now() < open_at_) return false;
    auto made = make_producer_();
    if (!made.ok()) {
        log::error("kafka: no producer: {}", made.error().message);
        open_at_ = steady_now() + back_off_longest;
        return false;
    }
    producer_ = std::move(made).value();
    begun_ = false;
    fault_.clear();
    ++mine_.producers;
    return true;
}

void Pump::close() {
    back_off_ =
        std::clamp<std::chrono::milliseconds>(back_off_ * 2, back_off_first, back_off_longest);
    log::warn("kafka: a new producer in {} ms, and on from the cursors: {}", back_off_.count(),
              fault_);
    producer_.reset();
    open_at_ = steady_now() + back_off_;
    relay_->restart();
    waiting_.clear();
    waiting_next_ = 0;
}

bool Pump::begin() {
    if (begun_) return true;
    const auto now = steady_now();
    if (asked_at_ != SteadyTime{} && now - asked_at_ < back_off_first) return false;
    const auto partitions = producer_->partitions(options_.topic, metadata_wait);
    asked_at_ = steady_now();
    if (!partitions.ok()) {
        if (!std::exchange(unreachable_told_, true))
            log::warn("kafka: {} can't be reached: {}", options_.topic, partitions.error().message);
        return false;
    }
    unreachable_told_ = false;
    const auto count = static_cast<std::size_t>(*partitions);
    if (!relay_ || relay_->lanes() != count) {
        if (relay_) log::warn("kafka: {} has {} partitions now", options_.topic, count);
        const auto known = relay_ ? std::optional{relay_->slowest()} : std::nullopt;
        auto cursors = known
                           ? Result<std::vector<store::Seq>>{std::vector<store::Seq>(count, *known)}
                           : read_cursors(count);
        if (!cursors.ok()) {
            log::warn("kafka: the cursors can't be read: {}", cursors.error().message);
            return false;
        }
        const Relay::Limits per_lane{
            .events = std::max(options_.in_flight_max / count, in_flight_per_lane_min),
            .bytes = options_.in_flight_bytes_max / count};
        relay_ = std::make_unique<Relay>(std::move(*cursors), per_lane);
        {
            // What was read for the lanes that there were.
            const std::lock_guard lock(mutex_);
            page_.reset();
        }
        drain_.emplace(options_.drain_per_second, steady_now(), store_.last_seq());
        log::info("kafka: sending partitions={} from={} to={}", count, relay_->slowest(),
                  store_.last_seq());
    }
    begun_ = true;
    return true;
}

Result<std::vector<store::Seq>> Pump::read_cursors(std::size_t partitions) {
    std::promise<Result<std::vector<store::Seq>>> read;
    const bool taken = store_.submit_read([&](Result<store::Database*> db) {
        read.set_value(db.ok() ? load_cursors(**db, partitions)
                               : Result<std::vector<store::Seq>>{db.error()});
    });
    if (!taken) return Error{Code::unavailable, "the store has too much to do"};
    return read.get_future().get();
}

// That a broker is back is told by what it answers; without anything to send it must be asked.
void Pump::probe() {
    if (producer_->reachable() || steady_now() - asked_at_ < metadata_wait) return;
    static_cast<void>(producer_->partitions(options_.topic, metadata_wait / 2));
    asked_at_ = steady_now();
}

void Pump::read_on() {
    if (reading_.load()) return;
    const store::Seq last = store_.last_seq();
    const std::size_t limit = std::min(drain_->allowed(steady_now(), last), page_events_max);
    if (limit == 0) return;
    const auto reading = relay_->wants(last);
    if (!reading) return;
    reading_.store(true);
    const bool taken =
        store_.submit_read([this, reading = *reading, limit](Result<store::Database*> db) {
            auto events = db.ok() ? store::read_on(**db, reading.after, limit)
                                  : Result<std::vector<store::JournalEvent>>{db.error()};
            {
                const std::lock_guard lock(mutex_);
                page_ = Page{reading, std::move(events)};
                reading_.store(false);
            }
            woken_.notify_all();
        });
    if (!taken) reading_.store(false);
}

void Pump::take_page() {
    std::optional<Page> page;
    {
        const std::lock_guard lock(mutex_);
        page = std::exchange(page_, std::nullopt);
    }
    if (!page) return;
    if (!page->events.ok()) {
        log::warn("kafka: the journal can't be read: {}", page->events.error().message);
        return;
    }
    const auto& events = *page->events;
    std::vector<Relay::Candidate> candidates;
    candidates.reserve(events.size());
    const auto lanes = static_cast<int>(relay_->lanes());
    for (const auto& event : events) {
        Relay::Candidate candidate{event.seq, std::nullopt, event.payload.size() + headers_bytes};
        if (!is_forgotten(event))
            candidate.lane =
                static_cast<std::size_t>(kafka::partition_of(key_of(event.audience), lanes));
        candidates.push_back(candidate);
    }
    const store::Seq seen = events.empty() ? page->reading.until : events.back().seq;
    const auto sends = relay_->take(page->reading, candidates, seen);
    for (const store::Seq seq : relay_->take_left_out()) {
        log::error("kafka: no broker takes an event seq={} reason={}", seq, reasons_[seq]);
        left_out_.push_back({seq, reasons_[seq]});
        reasons_.erase(seq);
    }
    drain_->take(std::max<std::size_t>(sends.size(), 1));
    waiting_.clear();
    waiting_next_ = 0;
    for (const auto& send : sends) {
        const auto& event = events[send.index];
        Waiting waiting{send.letter, send.lane, event.seq, to_record(event, options_.source)};
        if (send.letter != Relay::Letter::event) {
            log::error("kafka: dead-lettered seq={} reason={}", event.seq, reasons_[event.seq]);
            make_dead_letter(waiting.record, send.letter, options_.topic, reasons_[event.seq]);
        }
        waiting_.push_back(std::move(waiting));
    }
}

void Pump::produce_waiting() {
    std::string reason;
    while (in_hand()) {
        const Waiting& next = waiting_[waiting_next_];
        const bool event = next.letter == Relay::Letter::event;
        const auto taken =
            producer_->produce(event ? options_.topic : options_.dead_letters,
                               event ? static_cast<int>(next.lane) : kafka::Producer::any_partition,
                               next.record, tag_of(next.lane, next.seq), reason);
        switch (taken) {
            case kafka::Taken::taken: ++waiting_next_; break;
            case kafka::Taken::full: return;
            case kafka::Taken::refused:
                reasons_[next.seq] = reason;
                relay_->on_refused(next.lane, next.seq);
                fault_ = reason;
                return;
            case kafka::Taken::broken: fault_ = reason; return;
        }
    }
}

void Pump::take_reports() {
    std::vector<kafka::Report> reports;
    producer_->poll(relay_->in_flight() > 0 ? poll_wait : 0ms, reports);
    for (const auto& report : reports) {
        const auto lane = static_cast<std::size_t>(report.tag >> lane_shift);
        const store::Seq seq = report.tag & ((std::uint64_t{1} << lane_shift) - 1);
        switch (report.delivery) {
            case kafka::Delivery::delivered:
                relay_->on_delivered(lane, seq);
                reasons_.erase(seq);
                ++mine_.delivered;
                progress_at_ = steady_now();
                back_off_ = {};
                break;
            case kafka::Delivery::refused:
                relay_->on_refused(lane, seq);
                reasons_[seq] = report.reason;
                ++mine_.failed;
                fault_ = report.reason;
                break;
            case kafka::Delivery::failed:
                ++mine_.failed;
                if (fault_.empty()) fault_ = report.reason;
                break;
        }
    }
}

// A save that fails is made good by the next.
void Pump::save(bool even_if_just_done) {
    if (!relay_) return;
    const auto now = steady_now();
    if (!even_if_just_done && (now - saved_at_ < save_interval || saving_.load())) return;
    const auto written = std::min(left_out_saved_.exchange(0), left_out_.size());
    left_out_.erase(left_out_.begin(), left_out_.begin() + static_cast<std::ptrdiff_t>(written));
    auto cursors = relay_->cursors();
    if (cursors == saved_ && left_out_.empty()) return;
    saved_at_ = now;
    saving_.store(true);
    const bool taken = store_.submit({
        .work = [cursors, left_out = left_out_](store::Transaction& transaction) -> Status {
            TRY_OK(save_left_out(transaction, left_out));
            return save_cursors(transaction.db(), cursors);
        },
        .done =
            [this, count = left_out_.size()](const Status& status) {
                if (status.ok()) {
                    left_out_saved_.store(count);
                } else {
                    log::warn("kafka: the cursors can't be stored: {}", status.error().message);
                }
                saving_.store(false);
            },
    });
    if (!taken) saving_.store(false);
    if (taken) saved_ = std::move(cursors);
}

// One that stands is at the head for as long as what it may have under way is not full.
std::uint64_t Pump::partitions_behind() {
    const auto now = steady_now();
    progress_.resize(relay_->lanes(), {.cursor = 0, .at = now});
    std::uint64_t count = 0;
    for (std::size_t lane = 0; lane < progress_.size(); ++lane) {
        auto& [cursor, at] = progress_[lane];
        const store::Seq reached = relay_->cursor(lane);
        const bool moves = std::exchange(cursor, reached) != reached;
        if (moves || !relay_->waits(lane)) at = now;
        if (relay_->is_behind(lane) || now - at >= options_.standing_after) ++count;
    }
    return count;
}

void Pump::publish_figures() {
    const store::Seq last = store_.last_seq();
    const auto now = steady_now();
    mine_.reachable = producer_ && begun_ && producer_->reachable();
    mine_.done = relay_ ? relay_->slowest() : stored_.value_or(last);
    mine_.behind = last - std::min(last, mine_.done);
    if (mine_.behind == 0) progress_at_ = now;
    mine_.event_bytes = event_bytes_.load(std::memory_order_relaxed);
    mine_.stalled = std::chrono::duration_cast<std::chrono::milliseconds>(now - progress_at_);
    if (relay_) {
        mine_.dead_lettered = relay_->dead_lettered();
        mine_.left_out = relay_->left_out();
        mine_.partitions_behind = partitions_behind();
    }
    const std::lock_guard lock(mutex_);
    figures_ = mine_;
}

}  // namespace homeroom::backbone
