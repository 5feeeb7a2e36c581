// All that is in a topic at one moment, each partition in order, for whoever looks a topic over.
//
// It is in no group, commits nothing and disturbs no consumer. What is written while it reads is
// not read. For one thread.
//
// Limits: a request waits for answer_wait at most, a record for silence_max; fetch_kbytes_max are
// held of what was fetched ahead.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kafka/consumer.h"
#include "kafka/options.h"

namespace homeroom::kafka {

// The offsets of a partition that there were when reading began: [first, end). What is before the
// first was deleted for its age or size.
struct Extent {
    std::int64_t first = 0;
    std::int64_t end = 0;
};

class TopicReader {
public:
    virtual ~TopicReader() = default;
    virtual const std::vector<Extent>& extents() const = 0;  // by partition
    // Nothing: that was all. An Error when no broker gives any more.
    virtual Result<std::optional<Received>> next() = 0;
};

// `not_found` when there is no such topic.
Result<std::unique_ptr<TopicReader>> make_topic_reader(const Options& options,
                                                       const std::string& topic);

}  // namespace homeroom::kafka
