// In: from the topic of commands to the writer, each once, in order for each partition.
//
//   the thread: poll → command → its way (runner) → … → the writer: row and effect → settled → the
//   offset
//                              ↘ refused → a row of its own → the dead letters → settled
//
// Promise: an offset is stored when its command and all before it in its partition are committed,
// or refused and with the dead letters. What comes again is found by (source, id), and done by
// nobody. What can't be done *now* is tried again for as long as it takes, in its place; what never
// can is refused with the reason. No record says as whom it is carried out: that is the runner's.
//
// Limits: under_way_max of a partition, or its share of bytes_max and one record more; then it is
// paused, and polled on.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "backbone/cloud_event.h"
#include "backbone/dead_letters.h"
#include "backbone/intake.h"
#include "kafka/consumer.h"
#include "store/store.h"

namespace homeroom::backbone {

// A command on its way to the writer. Whoever runs it calls `within` once, on the writer thread in
// the transaction of its effect, with what does it; not if something went wrong before. `done` is
// called once, after the commit; an Error has changed nothing.
struct Errand {
    using Effect = std::function<Status()>;

    Command command{};
    std::function<Status(store::Transaction&, const Effect&)> within{};
    std::function<void(const Status&)> done{};
};
// Hands errands to the writer, in the order of its calls.
using Runner = std::function<void(Errand errand)>;

struct CommandsOptions {
    std::string dead_letters = "homeroom.commands.dlq";
};

class Commands {
public:
    using MakeConsumer = std::function<Result<std::unique_ptr<kafka::Consumer>>(
        std::function<void(const std::vector<int>&)> on_revoked)>;
    using MakeProducer = DeadLetters::MakeProducer;
    // Whether anything may be written now.
    using MayWrite = std::function<bool()>;

    // The store's threads must have ended before it goes.
    Commands(store::Store& store, CommandsOptions options, Runner runner,
             MakeConsumer make_consumer, MakeProducer make_producer, MayWrite may_write);
    ~Commands();

    void start();  // after the store's
    void stop();   // before the store's: what is under way is finished, and its offsets are stored

    struct Figures {
        std::uint64_t carried_out = 0, repeated = 0, refused = 0, put_off = 0, under_way = 0;
        std::uint64_t partitions = 0;  // that are ours; none: the topic is missing, or forbidden
        std::uint64_t paused = 0;      // of those
    };
    Figures figures() const;  // any thread

private:
    struct Order;
    struct Partition;
    struct Outcome {  // of what has come back from the writer
        Place place{};
        Status status = Ok{};
        bool repeated = false;
        bool written_down = false;  // that it is refused
    };

    void run();
    bool open();
    void take_in(kafka::Received received);
    void begin_all();
    void begin(Partition& partition, const Place& place);
    void come_back(Outcome outcome);
    void take_outcomes();
    void take_outcome(const Outcome& outcome);
    void write_down(const Place& place, const Command& command, const Error& why);
    void add_letter(Partition& partition, const Place& place, const Error& why);
    void send_letters();
    void store_offsets();
    void keep_within_limits(int number, Partition& partition);
    void give_up(const std::vector<int>& partitions);
    void wait_for_those_under_way();
    std::size_t under_way() const;
    // Nothing: it is late, of an assignment that is over.
    Partition* find(const Place& place);
    void publish_figures();

    store::Store& store_;
    CommandsOptions options_;
    Runner runner_;
    MakeConsumer make_consumer_;
    MayWrite may_write_;

    // The thread alone:
    std::unique_ptr<kafka::Consumer> consumer_{};
    std::map<int, std::unique_ptr<Partition>> partitions_;
    DeadLetters letters_;
    std::uint64_t assignments_ = 0;
    SteadyTime open_at_{};
    Figures mine_{};

    mutable std::mutex mutex_;
    std::condition_variable came_back_;
    std::vector<Outcome> outcomes_{};  // guarded
    bool stopping_ = false;            // guarded
    Figures figures_{};                // guarded
    std::thread thread_{};
};

}  // namespace homeroom::backbone
