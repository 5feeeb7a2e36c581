// Commands that were refused, on their way to the topic of dead letters.
//
// Promise: each arrives at least once and as whole as the brokers take it: as it came; without its
// data; without the key and headers that it came with. One that not even then is taken is logged
// and given up. What a broker refuses holds up no other: those that were in one batch are sent
// again one at a time. For one thread, which it never lets wait.
//
// Limits: none of its own; whoever adds to it takes in no more until these have arrived.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "kafka/producer.h"

namespace homeroom::backbone {

// Which record, of which assignment of its partition.
struct Place {
    int partition = 0;
    std::uint64_t assignment = 0;
    std::int64_t offset = 0;
};

class DeadLetters {
public:
    using MakeProducer = std::function<Result<std::unique_ptr<kafka::Producer>>()>;

    DeadLetters(std::string topic, MakeProducer make_producer);

    void add(const Place& place, kafka::Record record, const Error& why);
    // Sends what there is. Those that have arrived or are given up since the last call.
    std::vector<Place> advance(SteadyTime now);
    // Those of a partition whose records will come again. What is on its way may still arrive.
    void forget(int partition);

private:
    struct Letter {
        Place place{};
        kafka::Record record{};
        std::size_t foreign_headers = 0;  // the first of its headers, which are not ours
        bool sent = false;
        bool suspect = false;  // something of its batch was refused
    };
    using Letters = std::map<std::uint64_t, Letter>;  // by tag

    bool open(SteadyTime now);
    void produce();
    void take_reports();
    Letters::iterator settle(Letters::iterator letter);
    Letters::iterator shorten_or_give_up(Letters::iterator letter, const std::string& reason);

    std::string topic_;
    MakeProducer make_producer_;
    std::unique_ptr<kafka::Producer> producer_{};  // from the first letter on
    std::string fault_{};                          // why it is of no more use
    SteadyTime open_at_{};                         // not before
    Letters letters_{};
    std::uint64_t next_tag_ = 1;
    std::vector<Place> settled_{};
};

}  // namespace homeroom::backbone
