#include "kafka/consumer.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "kafka/handles.h"

namespace homeroom::kafka {
namespace {

constexpr auto close_wait = std::chrono::seconds{3};
constexpr std::chrono::milliseconds close_poll{20};
constexpr auto complaint_interval = std::chrono::minutes{1};

// auto.offset.reset: a group without offsets begins at the start. The default would jump to the
// end, over everything that was sent.
Settings settings_of(const Subscription& subscription) {
    Settings settings{
        {"group.id", subscription.group},
        {"enable.auto.offset.store", "false"},
        {"enable.auto.commit", "true"},
        {"auto.commit.interval.ms", "1000"},
        {"auto.offset.reset", "earliest"},
        {"partition.assignment.strategy", "cooperative-sticky"},
        {"isolation.level", "read_committed"},
        {"allow.auto.create.topics", "false"},
        {"queued.max.messages.kbytes", "16384"},
        {"queued.min.messages", "1000"},
        {"socket.keepalive.enable", "true"},
    };
    if (!subscription.instance.empty())
        settings.emplace_back("group.instance.id", subscription.instance);
    return settings;
}

bool waits_for_somebody(rd_kafka_resp_err_t error) {
    switch (error) {
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
        case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
        case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
        case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED: return true;
        default: return false;
    }
}

class LibrdkafkaConsumer final : public Consumer {
public:
    explicit LibrdkafkaConsumer(Subscription subscription)
        : subscription_(std::move(subscription)) {}
    LibrdkafkaConsumer(const LibrdkafkaConsumer&) = delete;
    LibrdkafkaConsumer& operator=(const LibrdkafkaConsumer&) = delete;
    ~LibrdkafkaConsumer() override {
        if (client_ == nullptr) return;
        const bool closed = close();
        destroy_client(client_, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE,
                       closed ? destroy_wait : std::chrono::milliseconds{0});
    }

    Status open(const Options& options);
    std::optional<Received> poll(std::chrono::milliseconds wait) override;
    void pause(int partition) override { rd_kafka_pause_partitions(client_, one(partition).get()); }
    void resume(int partition) override {
        rd_kafka_resume_partitions(client_, one(partition).get());
    }
    void store(int partition, std::int64_t next) override;
    std::size_t assigned() const override { return assigned_; }
    std::string broken() const override { return broken_; }

private:
    bool close();
    void complain(const rd_kafka_message_t& problem);
    static void on_rebalance(rd_kafka_t* client, rd_kafka_resp_err_t error,
                             rd_kafka_topic_partition_list_t* partitions, void* opaque);
    Partitions one(int partition) const {
        Partitions list{rd_kafka_topic_partition_list_new(1)};
        rd_kafka_topic_partition_list_add(list.get(), subscription_.topic.c_str(), partition);
        return list;
    }

    Subscription subscription_;
    rd_kafka_t* client_ = nullptr;
    std::size_t assigned_ = 0;
    std::chrono::steady_clock::time_point complain_at_{};  // not before
    std::string broken_{};
};

Status LibrdkafkaConsumer::open(const Options& options) {
    TRY(auto configuration, make_configuration(options, settings_of(subscription_)));
    rd_kafka_conf_set_opaque(configuration.get(), this);
    rd_kafka_conf_set_rebalance_cb(configuration.get(), on_rebalance);
    TRY(client_, make_client(RD_KAFKA_CONSUMER, std::move(configuration)));
    rd_kafka_poll_set_consumer(client_);
    const auto error = rd_kafka_subscribe(client_, one(RD_KAFKA_PARTITION_UA).get());
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return Ok{};
    return Error{Code::internal, rd_kafka_err2name(error)};
}

// Commits what is stored, and calls on_rebalance. False: not in time, which
// rd_kafka_consumer_close() would not know.
bool LibrdkafkaConsumer::close() {
    rd_kafka_queue_t* const queue = rd_kafka_queue_new(client_);
    if (rd_kafka_error_t* const problem = rd_kafka_consumer_close_queue(client_, queue)) {
        log::debug("kafka consumer: {}", rd_kafka_error_string(problem));
        rd_kafka_error_destroy(problem);
    }
    const auto deadline = std::chrono::steady_clock::now() + close_wait;
    while (rd_kafka_consumer_closed(client_) == 0 && std::chrono::steady_clock::now() < deadline) {
        // Not rd_kafka_queue_poll_callback(): of a record that nobody has read yet it aborts.
        rd_kafka_event_t* const event =
            poll_steadily(close_poll, [queue] { return rd_kafka_queue_poll(queue, 0); });
        if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_REBALANCE)
            on_rebalance(client_, rd_kafka_event_error(event),
                         rd_kafka_event_topic_partition_list(event), this);
        rd_kafka_event_destroy(event);
    }
    const bool closed = rd_kafka_consumer_closed(client_) != 0;
    // It may still be written to.
    if (closed) rd_kafka_queue_destroy(queue);
    return closed;
}

std::optional<Received> LibrdkafkaConsumer::poll(std::chrono::milliseconds wait) {
    const auto message =
        poll_steadily(wait, [this] { return Message{rd_kafka_consumer_poll(client_, 0)}; });
    if (!message) return std::nullopt;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR)
        return Received{message->partition, message->offset, record_of(*message)};
    complain(*message);
    return std::nullopt;
}

// What passes by itself is for those who look for it; what waits for somebody to do something is
// told.
void LibrdkafkaConsumer::complain(const rd_kafka_message_t& problem) {
    const char* const words = rd_kafka_message_errstr(&problem);
    const auto now = std::chrono::steady_clock::now();
    if (problem.err == RD_KAFKA_RESP_ERR__FATAL) {
        broken_ = words;
    } else if (waits_for_somebody(problem.err) && now >= complain_at_) {
        complain_at_ = now + complaint_interval;
        log::warn("kafka consumer: {} can't be read: {}", subscription_.topic, words);
    } else {
        log::debug("kafka consumer: {}", words);
    }
}

void LibrdkafkaConsumer::store(int partition, std::int64_t next) {
    const auto list = one(partition);
    list->elems[0].offset = next;
    // It fails for a partition that has been given up meanwhile: its next owner repeats it, which
    // is harmless.
    const auto error = rd_kafka_offsets_store(client_, list.get());
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
        log::debug("kafka consumer: offset not stored: {}", rd_kafka_err2name(error));
}

void LibrdkafkaConsumer::on_rebalance(rd_kafka_t* client, rd_kafka_resp_err_t error,
                                      rd_kafka_topic_partition_list_t* partitions, void* opaque) {
    auto& self = *static_cast<LibrdkafkaConsumer*>(opaque);
    const auto complain = [](rd_kafka_error_t* problem) {
        if (problem == nullptr) return;
        log::warn("kafka consumer: {}", rd_kafka_error_string(problem));
        rd_kafka_error_destroy(problem);
    };
    // librdkafka would keep a partition paused over its going and coming back, when nobody here
    // knows any more that it is.
    const auto resume = [&] { rd_kafka_resume_partitions(client, partitions); };
    const auto count = static_cast<std::size_t>(partitions->cnt);
    if (error == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        log::info("kafka consumer: partitions came count={}", count);
        resume();
        self.assigned_ += count;
        return complain(rd_kafka_incremental_assign(client, partitions));
    }
    std::vector<int> gone;
    for (int i = 0; i < partitions->cnt; ++i) gone.push_back(partitions->elems[i].partition);
    log::info("kafka consumer: partitions go count={}", gone.size());
    if (self.subscription_.on_revoked) self.subscription_.on_revoked(gone);
    resume();
    self.assigned_ -= std::min(self.assigned_, count);
    complain(rd_kafka_incremental_unassign(client, partitions));
}

}  // namespace

Result<std::unique_ptr<Consumer>> make_consumer(const Options& options, Subscription subscription) {
    auto consumer = std::make_unique<LibrdkafkaConsumer>(std::move(subscription));
    TRY_OK(consumer->open(options));
    return std::unique_ptr<Consumer>{std::move(consumer)};
}

}  // namespace homeroom::kafka
