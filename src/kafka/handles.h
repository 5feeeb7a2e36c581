// librdkafka's objects as owned values, and its configuration with our errors. Only for this
// folder.
#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <librdkafka/rdkafka.h>
#include <memory>
#include <thread>

#include "kafka/options.h"
#include "kafka/record.h"

namespace homeroom::kafka {

struct DestroyConfiguration {
    void operator()(rd_kafka_conf_t* handle) const { rd_kafka_conf_destroy(handle); }
};
using Configuration = std::unique_ptr<rd_kafka_conf_t, DestroyConfiguration>;

struct DestroyMessage {
    void operator()(rd_kafka_message_t* handle) const { rd_kafka_message_destroy(handle); }
};
using Message = std::unique_ptr<rd_kafka_message_t, DestroyMessage>;

struct DestroyPartitions {
    void operator()(rd_kafka_topic_partition_list_t* handle) const {
        rd_kafka_topic_partition_list_destroy(handle);
    }
};
using Partitions = std::unique_ptr<rd_kafka_topic_partition_list_t, DestroyPartitions>;

using Settings = std::vector<std::pair<std::string, std::string>>;

// The options' properties first, then `ours`, which win.
Result<Configuration> make_configuration(const Options& options, const Settings& ours);

// What librdkafka logs goes to our log, through this.
void log_line(const rd_kafka_t* handle, int level, const char* facility, const char* text);

// Key, value and headers; what is absent is empty.
Record record_of(const rd_kafka_message_t& message);

// Asks until something comes or the time is over. librdkafka's own waits go by the wall clock:
// where that is set back in the middle of one, it lasts for as long. `ask` must not wait.
inline constexpr std::chrono::milliseconds asked_every{1};
template <typename Ask>
auto poll_steadily(std::chrono::milliseconds wait, const Ask& ask) {
    const auto deadline = std::chrono::steady_clock::now() + wait;
    while (true) {
        auto found = ask();
        if (found || std::chrono::steady_clock::now() >= deadline) return found;
        std::this_thread::sleep_for(asked_every);
    }
}

// A new client of this kind; the configuration becomes its own.
Result<rd_kafka_t*> make_client(rd_kafka_type_t type, Configuration configuration);

inline constexpr std::chrono::milliseconds destroy_wait{2'000};
// Destroys a client, and waits for its threads so long, no longer: they, too, wait by the wall
// clock, and for a coordinator that is away. Nothing calls back from there, because nobody polls
// any more. `first` is called before, where somebody still has to let go of it.
void destroy_client(
    rd_kafka_t* client, int flags, std::chrono::milliseconds wait,
    std::function<void()> first = [] {});

}  // namespace homeroom::kafka
