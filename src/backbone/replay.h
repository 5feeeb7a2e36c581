// A stretch of the journal to a topic once more: `homeroom replay`.
//
//   a page of events → without what is deleted, or is for nobody now → records with their own ids,
//   in order → delivered → was anything of it deleted meanwhile? then what has happened since, too
//
// Promise: each key's events are sent in the journal's order, and none before all of the page
// before is delivered. Nothing is sent that was deleted or withdrawn before its page was read; of
// what is deleted while a page is on its way, what tells of that is sent again behind it. A broker
// that is away is waited for; a producer that breaks is made anew, and what may have arrived is
// sent again.
//
// Limits: page_events_max at a time, per_second of them; nothing else is held. One thread, which
// run() keeps; figures() from any.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "backbone/journal_range.h"
#include "base/clock.h"
#include "kafka/producer.h"
#include "store/journal.h"

namespace homeroom::backbone {

using store::Seq;

inline constexpr double replay_rate_default = 1'000;  // events a second
inline constexpr double replay_rate_max = 100'000;

struct ReplayOptions {
    std::string topic = "homeroom.events";
    std::string source = "/homeroom";
    std::string room{};  // its key; empty: all
    double per_second = replay_rate_default;
    bool dry_run = false;  // nothing is sent, but all is looked at
};

// What a replay reads, and whom it asks.
class ReplayPlace {
public:
    virtual ~ReplayPlace() = default;
    virtual Result<std::vector<store::JournalEvent>> read(Seq after, std::size_t limit) = 0;
    virtual std::optional<store::StoredAudience> audience_now(
        const store::StoredAudience& audience) = 0;
    // The last event that is committed, and the last up to which all may be sent: to the topic that
    // events go to anyway nothing may come ahead of them.
    virtual Seq last() = 0;
    virtual Seq sendable() = 0;
    // Waits so long; false: it is to stop, at once.
    virtual bool wait(std::chrono::milliseconds time) = 0;
};

struct ReplayFigures {
    Seq at = 0;  // so far everything is dealt with
    Seq to = 0;
    std::uint64_t looked_at = 0;
    std::uint64_t sent = 0;           // or, of a dry run, would be
    std::uint64_t other_rooms = 0;    // not asked for
    std::uint64_t deleted = 0;        // or withdrawn, or told anew later
    std::uint64_t for_nobody = 0;     // who might see it is gone
    std::uint64_t fewer_readers = 0;  // of those sent: for fewer than when it happened
    std::uint64_t refused = 0;        // no broker takes it
};

class Replay {
public:
    using MakeProducer = std::function<Result<std::unique_ptr<kafka::Producer>>()>;

    Replay(ReplayPlace& place, ReplayOptions options, MakeProducer make_producer);

    // An Error: it did not come to its end; figures() says how far.
    Status run(const JournalRange& range);
    ReplayFigures figures() const;

private:
    struct Letter {
        Seq seq = 0;
        kafka::Record record{};
        bool done = false;
    };

    Status send_range(Seq after, Seq until, int depth);
    std::vector<Letter> letters_of(const std::vector<store::JournalEvent>& events);
    Status deliver(std::vector<Letter>& letters);
    bool open();
    // Some of them, from the first that is not done. False: the producer is of no more use.
    bool send_some(std::vector<Letter>& letters, bool singly);
    void on_refused(Letter& letter, bool alone, const std::string& reason);
    Result<bool> was_any_deleted(Seq after, const std::vector<Letter>& letters, std::size_t limit);
    Status send_what_happened(Seq since, int depth);
    Status pace(std::size_t letters);
    std::size_t page_events() const;
    void publish();

    ReplayPlace& place_;
    ReplayOptions options_;
    MakeProducer make_producer_;
    std::unique_ptr<kafka::Producer> producer_{};
    int partitions_ = 0;
    std::string told_{};  // why it waits, as it was logged last
    SteadyTime due_{};    // when the next page is
    ReplayFigures mine_{};
    mutable std::mutex mutex_;
    ReplayFigures figures_{};  // guarded
};

}  // namespace homeroom::backbone
