// Records from one topic, as a member of a consumer group.
//
// Promise: poll() waits no longer than it is told. Nothing counts as consumed until store() says
// so: what is stored is committed now and then, when partitions are given up, and at the end. Of a
// paused partition nothing comes, and it stays this consumer's as long as poll() is called; one
// that goes and comes back is not paused any more. For one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kafka/options.h"
#include "kafka/record.h"

namespace homeroom::kafka {

struct Received {
    int partition = 0;
    std::int64_t offset = 0;
    Record record{};
};

class Consumer {
public:
    virtual ~Consumer() = default;
    virtual std::optional<Received> poll(std::chrono::milliseconds wait) = 0;
    virtual void pause(int partition) = 0;
    virtual void resume(int partition) = 0;
    // Everything before `next` has been dealt with.
    virtual void store(int partition, std::int64_t next) = 0;
    // How many partitions are this consumer's. None: not yet, or the topic is missing or forbidden.
    virtual std::size_t assigned() const = 0;
    // Empty as long as it works.
    virtual std::string broken() const = 0;
};

struct Subscription {
    std::string topic{};
    std::string group{};
    // Who this is in the group, for as long as it has the same: after a crash it has its partitions
    // back at once, and need not wait until the group has noticed. Empty: nobody in particular.
    std::string instance{};
    // Within poll(): the partitions are about to be given up, or lost already. What is stored in it
    // still counts.
    std::function<void(const std::vector<int>& partitions)> on_revoked{};
};

Result<std::unique_ptr<Consumer>> make_consumer(const Options& options, Subscription subscription);

}  // namespace homeroom::kafka
