#include "backbone/replay.h"

#include <algorithm>
#include <utility>

#include "backbone/cloud_event.h"
#include "base/log.h"
#include "kafka/partition.h"

namespace homeroom::backbone {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t page_events_max = 500;
constexpr double pages_per_second = 4;  // at a low rate
constexpr auto metadata_wait = 1s;
constexpr auto poll_wait = 20ms;
constexpr auto back_off = 500ms;
constexpr auto lag_wait = 50ms;
// Deletions that come while what tells of deletions is sent again, one in the other.
constexpr int depth_max = 8;

Error stopped() {
    return {Code::unavailable, "it was stopped"};
}

}  // namespace

Replay::Replay(ReplayPlace& place, ReplayOptions options, MakeProducer make_producer)
    : place_(place), options_(std::move(options)), make_producer_(std::move(make_producer)) {}

Status Replay::run(const JournalRange& range) {
    mine_ = {.at = range.from - 1, .to = range.to};
    publish();
    due_ = std::chrono::steady_clock::now();
    Status status = send_range(range.from - 1, range.to, 0);
    producer_.reset();
    publish();
    return status;
}

ReplayFigures Replay::figures() const {
    const std::lock_guard lock(mutex_);
    return figures_;
}

void Replay::publish() {
    const std::lock_guard lock(mutex_);
    figures_ = mine_;
}

std::size_t Replay::page_events() const {
    const auto of_rate = static_cast<std::size_t>(options_.per_second / pages_per_second);
    return std::clamp<std::size_t>(of_rate, 1, page_events_max);
}

Status Replay::send_range(Seq after, Seq until, int depth) {
    while (after < until) {
        const Seq last = place_.last();
        TRY(auto events, place_.read(after, page_events()));
        std::erase_if(events, [&](const auto& event) { return event.seq > until; });
        if (events.empty()) break;
        auto letters = letters_of(events);
        if (options_.dry_run) {
            mine_.sent += letters.size();
            if (!place_.wait(0ms)) return stopped();
        } else {
            TRY_OK(deliver(letters));
            TRY(const bool deleted, was_any_deleted(after, letters, events.size()));
            if (deleted) TRY_OK(send_what_happened(last, depth));
            TRY_OK(pace(letters.size()));
        }
        after = events.back().seq;
        if (depth == 0) mine_.at = after;
        publish();
    }
    if (depth == 0) mine_.at = std::max(mine_.at, until);
    return Ok{};
}

std::vector<Replay::Letter> Replay::letters_of(const std::vector<store::JournalEvent>& events) {
    const std::string now = to_rfc3339(wall_now());
    std::vector<Letter> letters;
    for (const auto& event : events) {
        ++mine_.looked_at;
        if (is_forgotten(event)) {
            ++mine_.deleted;
            continue;
        }
        if (!options_.room.empty() && key_of(event.audience) != options_.room) {
            ++mine_.other_rooms;
            continue;
        }
        const auto audience = place_.audience_now(event.audience);
        if (!audience) {
            ++mine_.for_nobody;
            continue;
        }
        if (audience->users.size() < event.audience.users.size()) ++mine_.fewer_readers;
        // The key stays, also where it names somebody who may not see it any more: the order is by
        // it.
        Letter letter{event.seq, to_record(event, options_.source, audience->users)};
        letter.record.headers.emplace_back(replayed_header, now);
        letters.push_back(std::move(letter));
    }
    return letters;
}

bool Replay::open() {
    if (producer_) return true;
    const auto complain = [&](const std::string& why) {
        if (std::exchange(told_, why) != why) log::warn("replay: waits: {}", why);
        return false;
    };
    auto made = make_producer_();
    if (!made.ok()) return complain(made.error().message);
    const auto partitions = (*made)->partitions(options_.topic, metadata_wait);
    if (!partitions.ok()) return complain(options_.topic + ": " + partitions.error().message);
    partitions_ = *partitions;
    producer_ = std::move(made).value();
    told_.clear();
    return true;
}

// All that fail have been sent with one that no broker takes, or are that one: then each goes
// alone.
Status Replay::deliver(std::vector<Letter>& letters) {
    bool singly = false;
    while (!std::ranges::all_of(letters, &Letter::done)) {
        if (!open()) {
            if (!place_.wait(back_off)) return stopped();
            continue;
        }
        if (send_some(letters, singly)) continue;
        producer_.reset();
        singly = true;
        if (!place_.wait(0ms)) return stopped();
    }
    return Ok{};
}

void Replay::on_refused(Letter& letter, bool alone, const std::string& reason) {
    if (!alone) return;
    log::error("replay: left out seq={} reason={}", letter.seq, reason);
    ++mine_.refused;
    letter.done = true;
}

bool Replay::send_some(std::vector<Letter>& letters, bool singly) {
    std::size_t under_way = 0;
    for (std::size_t i = 0; i < letters.size(); ++i) {
        Letter& letter = letters[i];
        if (letter.done) continue;
        if (singly && under_way > 0) break;
        std::string reason;
        const int partition = kafka::partition_of(letter.record.key, partitions_);
        const auto taken = producer_->produce(options_.topic, partition, letter.record, i, reason);
        if (taken == kafka::Taken::full) break;
        if (taken == kafka::Taken::refused) on_refused(letter, singly, reason);
        if (taken != kafka::Taken::taken) return false;
        ++under_way;
    }
    while (under_way > 0) {
        std::vector<kafka::Report> reports;
        producer_->poll(poll_wait, reports);
        for (const auto& report : reports) {
            --under_way;
            Letter& letter = letters[report.tag];
            if (report.delivery == kafka::Delivery::refused)
                on_refused(letter, singly, report.reason);
            if (report.delivery != kafka::Delivery::delivered) return false;
            letter.done = true;
            ++mine_.sent;
        }
        if (!producer_->broken().empty() || !place_.wait(0ms)) return false;
    }
    return true;
}

Result<bool> Replay::was_any_deleted(Seq after, const std::vector<Letter>& letters,
                                     std::size_t limit) {
    if (letters.empty()) return false;
    TRY(const auto events, place_.read(after, limit));
    return std::ranges::any_of(events, [&](const store::JournalEvent& event) {
        return is_forgotten(event) &&
               std::ranges::find(letters, event.seq, &Letter::seq) != letters.end();
    });
}

// What tells of the deletion is behind `since`. To the topic of events it may have gone already,
// ahead of what was deleted: so it goes there again, when all before it has.
Status Replay::send_what_happened(Seq since, int depth) {
    if (depth == depth_max)
        return Error{Code::unavailable, "things are deleted faster than they are replayed"};
    const Seq last = place_.last();
    while (place_.sendable() < last)
        if (!place_.wait(lag_wait)) return stopped();
    return send_range(since, last, depth + 1);
}

Status Replay::pace(std::size_t letters) {
    using Seconds = std::chrono::duration<double>;
    const auto now = std::chrono::steady_clock::now();
    due_ = std::max(due_, now - 1s) + std::chrono::duration_cast<SteadyTime::duration>(Seconds{
                                          static_cast<double>(letters) / options_.per_second});
    const auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(due_ - now);
    return place_.wait(std::max(wait, 0ms)) ? Status{Ok{}} : Status{stopped()};
}

}  // namespace homeroom::backbone
