// librdkafka's objects as owned values, and its configuration with our errors. Only for this
// folder.
#pragma once

#include <array>
#include <librdkafka/rdkafka.h>
#include <memory>

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

// A new client of this kind; the configuration becomes its own.
Result<rd_kafka_t*> make_client(rd_kafka_type_t type, Configuration configuration);

}  // namespace homeroom::kafka
