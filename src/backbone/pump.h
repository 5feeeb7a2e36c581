// Out: from the journal to the topic of events, at least once, in order for each partition.
//
//   the thread: read behind the place → record → produce → … → report → the cursors, twice a second
//
// Promise: nobody waits for it: not the loops, not the writer, which it only asks to store its
// cursors. What was not delivered when the process ends, however it ends, is sent again. A producer
// that broke is made anew, and goes on from the cursors.
//
// Limits: in_flight_max records of in_flight_bytes_max are with the producer, for each partition
// its share; a backlog goes at PumpOptions::drain_per_second.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "backbone/cursors.h"
#include "backbone/drain.h"
#include "backbone/relay.h"
#include "kafka/producer.h"
#include "store/store.h"

namespace homeroom::backbone {

struct PumpOptions {
    std::string topic = "homeroom.events";
    std::string dead_letters = "homeroom.events.dlq";
    std::string source = "/homeroom";
    double drain_per_second = 5'000;
    std::size_t in_flight_max = 20'000;  // of all partitions together, as is the next
    std::size_t in_flight_bytes_max = std::size_t{64} * 1024 * 1024;
    // A partition that delivers nothing of what waits for so long counts as behind.
    std::chrono::milliseconds standing_after{10'000};
    std::chrono::milliseconds stop_wait{5'000};  // for what is still to be sent when it is stopped
};

class Pump final : public store::CommitListener {
public:
    using MakeProducer = std::function<Result<std::unique_ptr<kafka::Producer>>()>;

    // The store's threads must have ended before it goes.
    Pump(store::Store& store, PumpOptions options, MakeProducer make_producer);
    ~Pump() override;

    Status prepare();  // before the store's start
    void start();      // after it
    // Sends what there is, as long as that goes on and no longer than stop_wait. Before the
    // store's.
    void stop();

    void on_event(const store::JournalEvent& event) override;
    void on_batch_end(store::Seq last) override;

    struct Figures {
        bool reachable = false;
        store::Seq done = 0;       // everything up to it is delivered
        std::uint64_t behind = 0;  // events that are not delivered
        std::chrono::milliseconds
            stalled{};  // since something was delivered, while there is something
        std::uint64_t delivered = 0, failed = 0, dead_lettered = 0, left_out = 0;
        std::uint64_t producers = 0;          // made
        std::uint64_t partitions_behind = 0;  // not with the others, or standing
        double event_bytes = 0;               // of one, on average
    };
    Figures figures() const;  // any thread

private:
    struct Page {
        Relay::Reading reading;
        Result<std::vector<store::JournalEvent>> events;
    };
    struct Waiting {  // what the producer has yet to take
        Relay::Letter letter;
        std::size_t lane;
        store::Seq seq;
        kafka::Record record;
    };

    void run();
    void turn();
    bool open();
    void close();
    bool begin();  // learns of the partitions, and how far each is
    Result<std::vector<store::Seq>> read_cursors(std::size_t partitions);
    void probe();
    void read_on();
    void take_page();
    void produce_waiting();
    void take_reports();
    std::uint64_t partitions_behind();
    void save(bool even_if_just_done);
    void publish_figures();
    void rest();
    bool finished(SteadyTime deadline) const;
    bool in_hand() const { return waiting_next_ < waiting_.size(); }

    store::Store& store_;
    PumpOptions options_;
    MakeProducer make_producer_;

    // The pump's thread alone:
    std::unique_ptr<kafka::Producer> producer_{};
    std::unique_ptr<Relay> relay_{};
    std::optional<Drain> drain_{};
    std::vector<Waiting> waiting_{};
    std::size_t waiting_next_ = 0;
    std::map<store::Seq, std::string> reasons_{};  // of what was refused
    bool begun_ = false;                           // with this producer
    std::string fault_{};                          // why this producer is of no more use
    std::chrono::milliseconds back_off_{};
    SteadyTime open_at_{};      // not before
    SteadyTime asked_at_{};     // for the partitions
    SteadyTime progress_at_{};  // something was delivered, or there was nothing to deliver
    SteadyTime saved_at_{};
    std::vector<store::Seq> saved_{};
    std::vector<LeftOut> left_out_{};  // and not known to be written down
    struct Progress {
        store::Seq cursor = 0;
        SteadyTime at{};  // when it was last seen to move, or to have nothing to do
    };
    std::vector<Progress> progress_{};  // of each lane
    std::optional<store::Seq>
        stored_{};  // where the slowest was, as long as no broker has answered
    bool unreachable_told_ = false;
    Figures mine_{};

    // Shared with the store's threads:
    mutable std::mutex mutex_;
    std::condition_variable woken_;
    std::optional<Page> page_{};  // guarded, as are the next two
    bool awake_ = false;
    bool stopping_ = false;
    std::atomic<bool> reading_{false};
    std::atomic<bool> saving_{false};
    std::atomic<std::size_t> left_out_saved_{0};  // the first of left_out_
    std::atomic<double> event_bytes_{
        0};  // on average of the last; written before the first event, then by the writer
    Figures figures_{};  // guarded
    std::thread thread_{};
};

}  // namespace homeroom::backbone
