// The journal against a topic: `homeroom verify`. It reads both to their ends, beside whatever
// runs, and changes nothing.
//
//   cursors → the topic, then the dead letters → the journal → report
//
// In this order: what had been delivered before the topic is read must be in it. What is deleted
// meanwhile is found to be deleted.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "backbone/completeness.h"
#include "backbone/journal_range.h"
#include "kafka/topic_reader.h"
#include "store/database.h"

namespace homeroom::backbone {

struct VerifyOptions {
    std::string topic = "homeroom.events";
    std::string dead_letters = "homeroom.events.dlq";
    std::string source = "/homeroom";  // others' records are counted, no more
    // Another topic than the one that events are sent to: it is held against all of the range.
    bool other_topic = false;
    // Whether anybody may see an event now; empty: it is not asked.
    std::function<bool(const store::StoredAudience&)> is_for_somebody{};
    std::string from{};  // which events are asked for (journal_range.h)
    std::string to{};
};

struct VerifyResult {
    JournalRange range{};
    store::Seq journal_first = 0;
    store::Seq journal_last = 0;
    std::vector<kafka::Extent> extents{};
    CompletenessReport report{};
};

using OpenTopic =
    std::function<Result<std::unique_ptr<kafka::TopicReader>>(const std::string& topic)>;

Result<VerifyResult> verify(store::Database& db, const OpenTopic& open,
                            const VerifyOptions& options);

}  // namespace homeroom::backbone
