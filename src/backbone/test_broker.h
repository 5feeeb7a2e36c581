// For tests: a broker in memory that does what a test tells it, and a producer and a consumer that
// speak to it. Any thread.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "kafka/consumer.h"
#include "kafka/partition.h"
#include "kafka/producer.h"

namespace homeroom::backbone {

class TestBroker {
public:
    struct Written {
        int partition;
        kafka::Record record;
    };

    void add_topic(const std::string& topic, int partitions) {
        const std::lock_guard lock(mutex_);
        topics_[topic] = partitions;
    }
    void set_up(bool up) {
        const std::lock_guard lock(mutex_);
        up_ = up;
    }
    void set_leader(int partition, bool has_one) {
        const std::lock_guard lock(mutex_);
        if (has_one) {
            leaderless_.erase(partition);
        } else {
            leaderless_.insert(partition);
        }
    }
    // What has this in its value or a header is refused, and what is sent with it.
    void refuse(std::string text) {
        const std::lock_guard lock(mutex_);
        refused_ = std::move(text);
    }
    // … and whether among dead letters, too.
    void refuse_letters_too(bool too) {
        const std::lock_guard lock(mutex_);
        letters_are_refused_ = too;
    }
    // What is larger, with all that belongs to it, a producer does not even take.
    void set_record_limit(std::size_t bytes) {
        const std::lock_guard lock(mutex_);
        record_limit_ = bytes;
    }
    // The producers that there are now die of it at their next poll.
    void break_producers() {
        const std::lock_guard lock(mutex_);
        ++generation_;
    }
    void set_queue_limit(std::size_t records) {
        const std::lock_guard lock(mutex_);
        queue_limit_ = records;
    }
    void set_queue_bytes_limit(std::size_t bytes) {
        const std::lock_guard lock(mutex_);
        queue_bytes_limit_ = bytes;
    }

    std::vector<Written> written(const std::string& topic) const {
        const std::lock_guard lock(mutex_);
        const auto found = logs_.find(topic);
        return found == logs_.end() ? std::vector<Written>{} : found->second;
    }
    // The values of a topic, each the first time, in order, of one key or of all.
    std::vector<std::string> values(const std::string& topic, const std::string& key = {}) const {
        std::vector<std::string> values;
        for (const auto& [partition, record] : written(topic)) {
            if (!key.empty() && record.key != key) continue;
            if (std::ranges::find(values, record.value) == values.end())
                values.push_back(record.value);
        }
        return values;
    }

    // What a consumer is given next.
    void send(int partition, kafka::Record record) {
        const std::lock_guard lock(mutex_);
        auto& log = commands_[partition];
        log.push_back({partition, static_cast<std::int64_t>(log.size()), std::move(record)});
    }
    std::int64_t stored(int partition) const {
        const std::lock_guard lock(mutex_);
        const auto found = stored_.find(partition);
        return found == stored_.end() ? 0 : found->second;
    }
    // How far a consumer was given it.
    std::int64_t given(int partition) const {
        const std::lock_guard lock(mutex_);
        const auto found = given_.find(partition);
        return found == given_.end() ? 0 : found->second;
    }
    // A consumer is told at its next poll that the partition goes; then it is its again, from what
    // is stored.
    void revoke(int partition) {
        const std::lock_guard lock(mutex_);
        revoked_ = partition;
    }
    // What was stored of each when it went.
    std::vector<std::int64_t> stored_at_revocations() const {
        const std::lock_guard lock(mutex_);
        return stored_at_revocations_;
    }
    std::set<int> paused() const {
        const std::lock_guard lock(mutex_);
        return paused_;
    }

    std::unique_ptr<kafka::Producer> producer();
    // Begins at what was stored.
    std::unique_ptr<kafka::Consumer> consumer(
        std::function<void(const std::vector<int>&)> on_revoked);

private:
    class TestProducer;
    class TestConsumer;

    mutable std::mutex mutex_;
    std::map<std::string, int> topics_{};
    std::map<std::string, std::vector<Written>> logs_{};
    std::map<int, std::vector<kafka::Received>> commands_{};
    std::map<int, std::int64_t> given_{};
    std::map<int, std::int64_t> stored_{};
    std::set<int> paused_{};
    std::optional<int> revoked_{};
    std::vector<std::int64_t> stored_at_revocations_{};
    std::set<int> leaderless_{};
    std::string refused_{};
    bool letters_are_refused_ = false;
    std::size_t record_limit_ = 1'000'000;
    bool up_ = true;
    int generation_ = 0;
    std::size_t queue_limit_ = 1'000;
    std::size_t queue_bytes_limit_ = 100'000'000;
};

class TestBroker::TestProducer final : public kafka::Producer {
public:
    explicit TestProducer(TestBroker& broker) : broker_(broker), generation_(broker.generation_) {}

    kafka::Taken produce(const std::string& topic, int partition, const kafka::Record& record,
                         std::uint64_t tag, std::string& reason) override {
        const std::lock_guard lock(broker_.mutex_);
        if (!broken_.empty()) {
            reason = broken_;
            return kafka::Taken::broken;
        }
        if (kafka::bytes_of(record) > broker_.record_limit_) {
            reason = "MSG_SIZE_TOO_LARGE";
            return kafka::Taken::refused;
        }
        std::size_t queued_bytes = 0;
        for (const auto& queued : queue_) queued_bytes += kafka::bytes_of(queued.record);
        if (queue_.size() >= broker_.queue_limit_ || queued_bytes >= broker_.queue_bytes_limit_)
            return kafka::Taken::full;
        if (partition == any_partition)
            partition = kafka::partition_of(record.key, std::max(broker_.topics_[topic], 1));
        queue_.push_back({topic, partition, record, tag});
        return kafka::Taken::taken;
    }
    // A batch of each partition at a time.
    void poll(std::chrono::milliseconds, std::vector<kafka::Report>& reports) override {
        const std::lock_guard lock(broker_.mutex_);
        if (generation_ != broker_.generation_ && broken_.empty()) fail("_FATAL", reports);
        if (!broker_.up_ || !broken_.empty()) return;
        std::map<std::pair<std::string, int>, std::vector<Queued>> batches;
        std::deque<Queued> kept;
        for (auto& queued : queue_) {
            const bool waits = queued.topic.find("dlq") == std::string::npos &&
                               broker_.leaderless_.contains(queued.partition);
            if (waits) {
                kept.push_back(std::move(queued));
            } else {
                batches[{queued.topic, queued.partition}].push_back(std::move(queued));
            }
        }
        queue_ = std::move(kept);
        for (auto& [place, batch] : batches) {
            const bool bad =
                !broker_.refused_.empty() && std::ranges::any_of(batch, [&](const Queued& queued) {
                    const bool letter = place.first.find("dlq") != std::string::npos;
                    return (!letter || broker_.letters_are_refused_) &&
                           has(queued.record, broker_.refused_);
                });
            for (auto& queued : batch) {
                if (bad) {
                    reports.push_back({queued.tag, kafka::Delivery::refused, "INVALID_RECORD"});
                } else {
                    broker_.logs_[place.first].push_back({place.second, std::move(queued.record)});
                    reports.push_back({queued.tag, kafka::Delivery::delivered, ""});
                }
            }
            if (bad) fail("_GAPLESS_GUARANTEE", reports);
        }
    }
    Result<int> partitions(const std::string& topic, std::chrono::milliseconds) override {
        const std::lock_guard lock(broker_.mutex_);
        if (!broker_.up_) return Error{Code::unavailable, "_TRANSPORT"};
        const auto found = broker_.topics_.find(topic);
        if (found == broker_.topics_.end()) return Error{Code::not_found, "UNKNOWN_TOPIC"};
        return found->second;
    }
    std::string broken() const override { return broken_; }
    bool reachable() const override {
        const std::lock_guard lock(broker_.mutex_);
        return broker_.up_;
    }

private:
    struct Queued {
        std::string topic;
        int partition;
        kafka::Record record;
        std::uint64_t tag;
    };
    static bool has(const kafka::Record& record, const std::string& text) {
        return record.value.find(text) != std::string::npos ||
               std::ranges::any_of(record.headers, [&](const auto& header) {
                   return header.second.find(text) != std::string::npos;
               });
    }
    void fail(const char* reason, std::vector<kafka::Report>& reports) {
        broken_ = reason;
        for (const auto& queued : queue_)
            reports.push_back({queued.tag, kafka::Delivery::failed, reason});
        queue_.clear();
    }

    TestBroker& broker_;
    int generation_;
    std::string broken_{};
    std::deque<Queued> queue_{};
};

class TestBroker::TestConsumer final : public kafka::Consumer {
public:
    TestConsumer(TestBroker& broker, std::function<void(const std::vector<int>&)> on_revoked)
        : broker_(broker), on_revoked_(std::move(on_revoked)) {
        for (const auto& [partition, next] : broker_.stored_) next_[partition] = next;
        broker_.paused_.clear();
    }
    std::optional<kafka::Received> poll(std::chrono::milliseconds) override {
        give_up();
        const std::lock_guard lock(broker_.mutex_);
        for (const auto& [partition, log] : broker_.commands_) {
            auto& next = next_[partition];
            if (broker_.paused_.contains(partition) || next >= std::ssize(log)) continue;
            broker_.given_[partition] = next + 1;
            return log[static_cast<std::size_t>(next++)];
        }
        return std::nullopt;
    }
    void pause(int partition) override {
        const std::lock_guard lock(broker_.mutex_);
        broker_.paused_.insert(partition);
    }
    void resume(int partition) override {
        const std::lock_guard lock(broker_.mutex_);
        broker_.paused_.erase(partition);
    }
    void store(int partition, std::int64_t next) override {
        const std::lock_guard lock(broker_.mutex_);
        broker_.stored_[partition] = next;
    }
    std::size_t assigned() const override {
        const std::lock_guard lock(broker_.mutex_);
        return broker_.commands_.size();
    }
    std::string broken() const override { return {}; }

private:
    void give_up() {
        std::optional<int> gone;
        {
            const std::lock_guard lock(broker_.mutex_);
            gone = std::exchange(broker_.revoked_, std::nullopt);
        }
        if (!gone) return;
        on_revoked_({*gone});
        const std::lock_guard lock(broker_.mutex_);
        next_[*gone] = broker_.stored_[*gone];
        broker_.stored_at_revocations_.push_back(next_[*gone]);
        broker_.paused_.erase(*gone);
    }

    TestBroker& broker_;
    std::function<void(const std::vector<int>&)> on_revoked_;
    std::map<int, std::int64_t> next_{};
};

inline std::unique_ptr<kafka::Producer> TestBroker::producer() {
    const std::lock_guard lock(mutex_);
    return std::make_unique<TestProducer>(*this);
}

inline std::unique_ptr<kafka::Consumer> TestBroker::consumer(
    std::function<void(const std::vector<int>&)> on_revoked) {
    const std::lock_guard lock(mutex_);
    return std::make_unique<TestConsumer>(*this, std::move(on_revoked));
}

}  // namespace homeroom::backbone
