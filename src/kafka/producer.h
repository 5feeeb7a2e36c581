// Records to brokers, in order for each partition and none twice from one producer.
//
// Promise: nothing here waits for a network but partitions() and the destructor, each for a bounded
// time, whatever the wall clock does. Every record that is taken is reported once, by poll(), and
// in the order in which it was produced for each partition while all goes well. A record that fails
// for good makes the producer broken before anything behind it can be sent: whoever uses it makes
// another and sends on from there. It is not for several threads at once.
//
// Limits: limits in producer.cpp; beyond them produce() says `full`.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "kafka/options.h"
#include "kafka/record.h"

namespace homeroom::kafka {

enum class Delivery : std::uint8_t {
    delivered,
    refused,  // the broker will never take it: it, or what was in one batch with it, is wrong
    failed,   // nobody knows whether the broker has it
};

struct Report {
    std::uint64_t tag = 0;
    Delivery delivery = Delivery::failed;
    std::string reason{};  // a code: "MSG_SIZE_TOO_LARGE"
};

enum class Taken : std::uint8_t { taken, full, refused, broken };

class Producer {
public:
    virtual ~Producer() = default;

    // `reason` is said when it is refused or broken. No partition: by the key, as partition_of(),
    // or by chance without one.
    static constexpr int any_partition = -1;
    virtual Taken produce(const std::string& topic, int partition, const Record& record,
                          std::uint64_t tag, std::string& reason) = 0;
    // Waits for reports, `wait` at most, and adds those that there are.
    virtual void poll(std::chrono::milliseconds wait, std::vector<Report>& reports) = 0;
    // How many partitions the topic has; asks the brokers.
    virtual Result<int> partitions(const std::string& topic, std::chrono::milliseconds wait) = 0;
    // Empty as long as it works.
    virtual std::string broken() const = 0;
    // Whether any broker is connected, as far as it is known.
    virtual bool reachable() const = 0;
};

Result<std::unique_ptr<Producer>> make_producer(const Options& options);

}  // namespace homeroom::kafka
