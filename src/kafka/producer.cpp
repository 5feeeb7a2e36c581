#include "kafka/producer.h"

#include <future>
#include <iterator>
#include <string>
#include <utility>

#include "kafka/handles.h"
#include "kafka/partition.h"

namespace homeroom::kafka {
namespace {

// What brokers take unless told otherwise; librdkafka's own is less. The options may have another.
constexpr int record_bytes_max = 1'048'588;
constexpr auto purge_wait = std::chrono::milliseconds{200};

// enable.gapless.guarantee: what stands behind a record that failed for good is not sent, but
// fails, too. message.timeout.ms: the journal is the authority, and a time-out would be a gap.
const Settings& settings() {
    static const Settings list{
        {"enable.idempotence", "true"},
        {"enable.gapless.guarantee", "true"},
        {"message.timeout.ms", "0"},
        {"partitioner", "murmur2_random"},
        {"allow.auto.create.topics", "false"},
        {"queue.buffering.max.messages", "50000"},
        {"queue.buffering.max.kbytes", "131072"},
        {"linger.ms", "3"},
        {"batch.num.messages", "1000"},
        {"socket.keepalive.enable", "true"},
    };
    return list;
}

// Errors of the record, or of one in its batch: the same again will have the same end.
bool is_refusal(rd_kafka_resp_err_t error) {
    switch (error) {
        case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
        case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
        case RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE:
        case RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP:
        case RD_KAFKA_RESP_ERR_INVALID_RECORD:
        case RD_KAFKA_RESP_ERR_POLICY_VIOLATION: return true;
        default: return false;
    }
}

Result<int> ask_partitions(rd_kafka_t* client, const std::string& topic,
                           std::chrono::milliseconds wait) {
    rd_kafka_topic_t* const handle = rd_kafka_topic_new(client, topic.c_str(), nullptr);
    if (handle == nullptr) return Error{Code::internal, "the topic's name is not possible"};
    const rd_kafka_metadata_t* metadata = nullptr;
    const auto error =
        rd_kafka_metadata(client, 0, handle, &metadata, static_cast<int>(wait.count()));
    rd_kafka_topic_destroy(handle);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
        return Error{Code::unavailable, rd_kafka_err2name(error)};
    int count = 0;
    auto topic_error = RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
    if (metadata->topic_cnt == 1) {
        count = metadata->topics[0].partition_cnt;
        topic_error = metadata->topics[0].err;
    }
    rd_kafka_metadata_destroy(metadata);
    if (count == 0) {
        return Error{Code::not_found, topic_error == RD_KAFKA_RESP_ERR_NO_ERROR
                                          ? "it has no partitions"
                                          : rd_kafka_err2name(topic_error)};
    }
    return count;
}

class LibrdkafkaProducer final : public Producer {
public:
    LibrdkafkaProducer() = default;
    LibrdkafkaProducer(const LibrdkafkaProducer&) = delete;
    LibrdkafkaProducer& operator=(const LibrdkafkaProducer&) = delete;
    ~LibrdkafkaProducer() override {
        if (client_ == nullptr) return;
        // What is left would be waited for without an end.
        rd_kafka_purge(client_, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT |
                                    RD_KAFKA_PURGE_F_NON_BLOCKING);
        poll_steadily(purge_wait, [this] { return rd_kafka_poll(client_, 0); });
        destroy_client(client_, 0, destroy_wait, [asked = std::move(asked_.answer)] {
            if (asked.valid()) asked.wait();
        });
    }

    Status open(const Options& options);

    Taken produce(const std::string& topic, int partition, const Record& record, std::uint64_t tag,
                  std::string& reason) override;
    void poll(std::chrono::milliseconds wait, std::vector<Report>& reports) override;
    Result<int> partitions(const std::string& topic, std::chrono::milliseconds wait) override;
    std::string broken() const override;
    bool reachable() const override { return !all_down_; }

private:
    // librdkafka calls these within poll(); `opaque` is the producer.
    static void on_report(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque);
    static void on_error(rd_kafka_t*, int error, const char* words, void* opaque);

    // librdkafka waits for this answer by the wall clock: where that is set back by an hour, for an
    // hour. So a thread of its own waits, and whoever asks does not wait for that.
    struct Asked {
        std::string topic;
        std::shared_future<Result<int>> answer;
    };

    rd_kafka_t* client_ = nullptr;
    Asked asked_{};
    std::vector<Report> reports_{};
    bool all_down_ = false;
};

Status LibrdkafkaProducer::open(const Options& options) {
    Options with_ours = options;
    with_ours.properties.insert(with_ours.properties.begin(),
                                {"message.max.bytes", std::to_string(record_bytes_max)});
    TRY(auto configuration, make_configuration(with_ours, settings()));
    rd_kafka_conf_set_opaque(configuration.get(), this);
    rd_kafka_conf_set_dr_msg_cb(configuration.get(), on_report);
    rd_kafka_conf_set_error_cb(configuration.get(), on_error);
    TRY(client_, make_client(RD_KAFKA_PRODUCER, std::move(configuration)));
    return Ok{};
}

void LibrdkafkaProducer::poll(std::chrono::milliseconds wait, std::vector<Report>& reports) {
    poll_steadily(wait, [this] { return rd_kafka_poll(client_, 0); });
    reports.insert(reports.end(), std::make_move_iterator(reports_.begin()),
                   std::make_move_iterator(reports_.end()));
    reports_.clear();
}

std::string LibrdkafkaProducer::broken() const {
    std::array<char, 256> words{};
    const auto error = rd_kafka_fatal_error(client_, words.data(), words.size());
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    return std::string{rd_kafka_err2name(error)} + ": " + words.data();
}

void LibrdkafkaProducer::on_report(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
    auto& self = *static_cast<LibrdkafkaProducer*>(opaque);
    Report report{.tag = reinterpret_cast<std::uintptr_t>(message->_private)};
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        report.delivery = Delivery::delivered;
        self.all_down_ = false;
    } else {
        report.delivery = is_refusal(message->err) ? Delivery::refused : Delivery::failed;
        report.reason = rd_kafka_err2name(message->err);
    }
    self.reports_.push_back(std::move(report));
}

void LibrdkafkaProducer::on_error(rd_kafka_t*, int error, const char*, void* opaque) {
    // Connected again is told by no error, but by what is delivered or answered.
    if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
        static_cast<LibrdkafkaProducer*>(opaque)->all_down_ = true;
}

Taken LibrdkafkaProducer::produce(const std::string& topic, int partition, const Record& record,
                                  std::uint64_t tag, std::string& reason) {
    static_assert(sizeof(void*) >= sizeof(std::uint64_t), "a tag fits in a pointer");
    rd_kafka_headers_t* const headers = rd_kafka_headers_new(record.headers.size());
    for (const auto& [name, value] : record.headers) {
        rd_kafka_header_add(headers, name.data(), static_cast<ssize_t>(name.size()), value.data(),
                            static_cast<ssize_t>(value.size()));
    }
    const auto field = [](rd_kafka_vtype_t type) {
        rd_kafka_vu_t one{};
        one.vtype = type;
        return one;
    };
    std::array fields{field(RD_KAFKA_VTYPE_TOPIC),    field(RD_KAFKA_VTYPE_PARTITION),
                      field(RD_KAFKA_VTYPE_KEY),      field(RD_KAFKA_VTYPE_VALUE),
                      field(RD_KAFKA_VTYPE_MSGFLAGS), field(RD_KAFKA_VTYPE_OPAQUE),
                      field(RD_KAFKA_VTYPE_HEADERS)};
    fields[0].u.cstr = topic.c_str();
    fields[1].u.i32 = partition;
    // It copies key and value, and only reads them in spite of its signature.
    fields[2].u.mem = {const_cast<char*>(record.key.data()), record.key.size()};
    fields[3].u.mem = {const_cast<char*>(record.value.data()), record.value.size()};
    fields[4].u.i = RD_KAFKA_MSG_F_COPY;
    fields[5].u.ptr = reinterpret_cast<void*>(static_cast<std::uintptr_t>(tag));
    fields[6].u.headers = headers;
    rd_kafka_error_t* const problem = rd_kafka_produceva(client_, fields.data(), fields.size());
    const auto error =
        problem == nullptr ? RD_KAFKA_RESP_ERR_NO_ERROR : rd_kafka_error_code(problem);
    if (problem != nullptr) rd_kafka_error_destroy(problem);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return Taken::taken;
    // Version 2.0.2 has destroyed the headers already when the partition does not exist; a leak of
    // a few bytes on an error that is rare is better than freeing them twice.
    if (error != RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION) rd_kafka_headers_destroy(headers);
    if (error == RD_KAFKA_RESP_ERR__QUEUE_FULL) return Taken::full;
    reason = rd_kafka_err2name(error);
    return is_refusal(error) ? Taken::refused : Taken::broken;
}

Result<int> LibrdkafkaProducer::partitions(const std::string& topic,
                                           std::chrono::milliseconds wait) {
    const auto is_there = [this](std::chrono::milliseconds in) {
        return asked_.answer.wait_for(in) == std::future_status::ready;
    };
    // One that nobody waited for to its end: things may have changed since.
    if (asked_.answer.valid() && is_there({})) asked_ = {};
    // One that is under way is as good.
    if (!asked_.answer.valid()) {
        std::packaged_task<Result<int>()> ask{
            [client = client_, topic, wait] { return ask_partitions(client, topic, wait); }};
        asked_ = {topic, ask.get_future().share()};
        std::thread{std::move(ask)}.detach();
    }
    if (asked_.topic != topic || !is_there(wait)) return Error{Code::unavailable, "no answer"};
    auto answer = std::exchange(asked_, {}).answer.get();
    // Also that it is not there is said by a broker.
    if (answer.ok() || answer.error().code == Code::not_found) all_down_ = false;
    return answer;
}

}  // namespace

int partition_of(std::string_view key, int partitions) {
    // Of the arguments it uses these three alone.
    return rd_kafka_msg_partitioner_murmur2(nullptr, key.data(), key.size(), partitions, nullptr,
                                            nullptr);
}

Result<std::unique_ptr<Producer>> make_producer(const Options& options) {
    auto producer = std::make_unique<LibrdkafkaProducer>();
    TRY_OK(producer->open(options));
    return std::unique_ptr<Producer>{std::move(producer)};
}

}  // namespace homeroom::kafka
