#include "kafka/topic_reader.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "kafka/handles.h"

namespace homeroom::kafka {
namespace {

constexpr auto answer_wait = std::chrono::seconds{15};
constexpr auto silence_max = std::chrono::seconds{60};
constexpr auto poll_wait = std::chrono::milliseconds{500};
constexpr const char* fetch_kbytes_max = "16384";

int milliseconds(std::chrono::milliseconds time) {
    return static_cast<int>(time.count());
}

// The simple consumer, as kcat has it: without a group there is nothing to commit to.
class LibrdkafkaTopicReader final : public TopicReader {
public:
    explicit LibrdkafkaTopicReader(std::string topic) : name_(std::move(topic)) {}
    LibrdkafkaTopicReader(const LibrdkafkaTopicReader&) = delete;
    LibrdkafkaTopicReader& operator=(const LibrdkafkaTopicReader&) = delete;
    ~LibrdkafkaTopicReader() override {
        for (std::size_t i = 0; i < started_; ++i)
            if (!is_empty(i)) rd_kafka_consume_stop(topic_, static_cast<int>(i));
        if (queue_ != nullptr) rd_kafka_queue_destroy(queue_);
        if (topic_ != nullptr) rd_kafka_topic_destroy(topic_);
        if (client_ != nullptr) rd_kafka_destroy(client_);
    }

    Status open(const Options& options);
    const std::vector<Extent>& extents() const override { return extents_; }
    Result<std::optional<Received>> next() override;

private:
    Status learn_partitions();
    Status learn_extents();
    bool is_empty(std::size_t partition) const {
        return extents_[partition].first >= extents_[partition].end;
    }
    void finish(int partition);
    // Of a partition that has been read to its end already there is more than was asked for.
    std::optional<Received> taken(const rd_kafka_message_t& message);

    std::string name_;
    rd_kafka_t* client_ = nullptr;
    rd_kafka_topic_t* topic_ = nullptr;
    rd_kafka_queue_t* queue_ = nullptr;
    std::vector<Extent> extents_{};
    std::size_t started_ = 0;  // partitions that are read
    std::vector<bool> finished_{};
    std::size_t left_ = 0;  // partitions that are not finished
};

Status LibrdkafkaTopicReader::open(const Options& options) {
    TRY(auto configuration,
        make_configuration(options, {
                                        {"enable.auto.commit", "false"},
                                        {"enable.auto.offset.store", "false"},
                                        {"enable.partition.eof", "true"},
                                        {"auto.offset.reset", "earliest"},
                                        {"isolation.level", "read_committed"},
                                        {"allow.auto.create.topics", "false"},
                                        {"queued.max.messages.kbytes", fetch_kbytes_max},
                                    }));
    TRY(client_, make_client(RD_KAFKA_CONSUMER, std::move(configuration)));
    topic_ = rd_kafka_topic_new(client_, name_.c_str(), nullptr);
    if (topic_ == nullptr) return Error{Code::invalid, "the topic's name is not possible", "topic"};
    TRY_OK(learn_partitions());
    TRY_OK(learn_extents());
    queue_ = rd_kafka_queue_new(client_);
    for (; started_ < extents_.size(); ++started_) {
        if (is_empty(started_)) continue;
        if (rd_kafka_consume_start_queue(topic_, static_cast<int>(started_),
                                         extents_[started_].first, queue_) != 0)
            return Error{Code::internal, rd_kafka_err2name(rd_kafka_last_error())};
    }
    return Ok{};
}

Status LibrdkafkaTopicReader::learn_partitions() {
    const rd_kafka_metadata_t* metadata = nullptr;
    const auto error = rd_kafka_metadata(client_, 0, topic_, &metadata, milliseconds(answer_wait));
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
        return Error{Code::unavailable,
                     std::string{"no broker answers: "} + rd_kafka_err2name(error)};
    const int count = metadata->topic_cnt == 1 ? metadata->topics[0].partition_cnt : 0;
    rd_kafka_metadata_destroy(metadata);
    if (count == 0) return Error{Code::not_found, "there is no topic " + name_, "topic"};
    extents_.resize(static_cast<std::size_t>(count));
    finished_.resize(static_cast<std::size_t>(count));
    return Ok{};
}

Status LibrdkafkaTopicReader::learn_extents() {
    for (std::size_t i = 0; i < extents_.size(); ++i) {
        auto& [first, end] = extents_[i];
        const auto error = rd_kafka_query_watermark_offsets(
            client_, name_.c_str(), static_cast<int>(i), &first, &end, milliseconds(answer_wait));
        if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
            return Error{Code::unavailable, "partition " + std::to_string(i) + " of " + name_ +
                                                " can't be asked: " + rd_kafka_err2name(error)};
        if (is_empty(i)) {
            finished_[i] = true;
        } else {
            ++left_;
        }
    }
    return Ok{};
}

void LibrdkafkaTopicReader::finish(int partition) {
    auto&& finished = finished_[static_cast<std::size_t>(partition)];
    if (finished) return;
    finished = true;
    --left_;
}

std::optional<Received> LibrdkafkaTopicReader::taken(const rd_kafka_message_t& message) {
    const auto partition = static_cast<std::size_t>(message.partition);
    if (finished_[partition]) return std::nullopt;
    const std::int64_t end = extents_[partition].end;
    if (message.offset + 1 >= end) finish(message.partition);
    if (message.offset >= end) return std::nullopt;
    return Received{message.partition, message.offset, record_of(message)};
}

Result<std::optional<Received>> LibrdkafkaTopicReader::next() {
    auto heard = std::chrono::steady_clock::now();
    std::string complaint = "no broker answers";
    while (left_ > 0) {
        // What else librdkafka has to say is said here.
        rd_kafka_poll(client_, 0);
        const auto message =
            poll_steadily(poll_wait, [this] { return Message{rd_kafka_consume_queue(queue_, 0)}; });
        const auto now = std::chrono::steady_clock::now();
        if (!message || (message->err != RD_KAFKA_RESP_ERR_NO_ERROR &&
                         message->err != RD_KAFKA_RESP_ERR__PARTITION_EOF)) {
            if (message) complaint = rd_kafka_message_errstr(message.get());
            if (now - heard < silence_max) continue;
            return Error{Code::unavailable, "the topic can't be read on: " + complaint};
        }
        heard = now;
        if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
            // Where the last records are none for readers (a transaction's marks), it ends before.
            finish(message->partition);
        } else if (auto received = taken(*message)) {
            return std::optional{std::move(*received)};
        }
    }
    return std::optional<Received>{};
}

}  // namespace

Result<std::unique_ptr<TopicReader>> make_topic_reader(const Options& options,
                                                       const std::string& topic) {
    auto reader = std::make_unique<LibrdkafkaTopicReader>(topic);
    TRY_OK(reader->open(options));
    return std::unique_ptr<TopicReader>{std::move(reader)};
}

}  // namespace homeroom::kafka
