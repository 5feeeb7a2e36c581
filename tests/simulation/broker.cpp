#include "broker.h"

#include <algorithm>
#include <utility>

#include "kafka/partition.h"
#include "machine.h"

namespace homeroom::simulation {
namespace {

constexpr std::size_t queue_records_max = 200;
constexpr auto metadata_wait = std::chrono::milliseconds{50};

void sleep_for(std::chrono::milliseconds time) {
    auto& machine = Machine::here();
    machine.wait({.until = Machine::Until::time,
                  .deadline = machine.steady() + std::chrono::nanoseconds{time}.count()});
}

bool is_dead_letters(const std::string& topic) {
    return topic.ends_with(".dlq");
}

}  // namespace

class Broker::SimulatedProducer final : public kafka::Producer {
public:
    explicit SimulatedProducer(Broker& broker)
        : broker_(broker), server_(broker.server_), kills_(broker.producers_killed_) {
        broker_.producers_.push_back(this);
    }
    ~SimulatedProducer() override {
        if (!is_dead()) arrive_perhaps();
        std::erase(broker_.producers_, this);
    }

    kafka::Taken produce(const std::string& topic, int partition, const kafka::Record& record,
                         std::uint64_t tag, std::string& reason) override {
        Machine::here().perhaps_let_others();
        if (!broken_.empty()) {
            reason = broken_;
            return kafka::Taken::broken;
        }
        if (queue_.size() >= queue_records_max) return kafka::Taken::full;
        if (partition == any_partition)
            partition = kafka::partition_of(record.key, std::max(broker_.topics_[topic], 1));
        queue_.push_back({topic, partition, record, tag});
        return kafka::Taken::taken;
    }

    void poll(std::chrono::milliseconds wait, std::vector<kafka::Report>& reports) override {
        if (broker_.reports_before_writing) report_all(reports);
        if (kills_ != broker_.producers_killed_ && broken_.empty()) die("_FATAL", reports);
        const bool away = broker_.faults.away || is_dead() || !broken_.empty();
        const bool late =
            broker_.faults.is_late_in != 0 && !broker_.draw_.one_in(broker_.faults.is_late_in);
        if (!away && !late) send_some(reports);
        if (reports.empty() && wait.count() > 0) sleep_for(wait);
        Machine::here().perhaps_let_others();
    }

    Result<int> partitions(const std::string& topic, std::chrono::milliseconds) override {
        sleep_for(metadata_wait);
        if (broker_.faults.away || is_dead()) return Error{Code::unavailable, "_TRANSPORT"};
        const auto found = broker_.topics_.find(topic);
        if (found == broker_.topics_.end()) return Error{Code::not_found, "UNKNOWN_TOPIC"};
        return found->second;
    }
    std::string broken() const override { return broken_; }
    bool reachable() const override { return !broker_.faults.away && !is_dead(); }

    // Some of what is under way gets there all the same; nothing behind what did not.
    using Place = std::pair<std::string, int>;
    void arrive_perhaps(const std::set<Place>& closed = {}) {
        std::map<Place, bool> ended;
        for (const Place& place : closed) ended[place] = true;
        for (auto& queued : std::exchange(queue_, {})) {
            bool& end = ended[{queued.topic, queued.partition}];
            end = end || broker_.draw_.one_in(3) || stands(queued) || broker_.faults.away ||
                  !broker_.takes(queued.record);
            if (!end) broker_.write(queued.topic, queued.record);
        }
    }

private:
    struct Queued {
        std::string topic;
        int partition;
        kafka::Record record;
        std::uint64_t tag;
        bool reported = false;
    };

    bool is_dead() const { return server_ != broker_.server_; }
    bool stands(const Queued& queued) const {
        return !is_dead_letters(queued.topic) &&
               broker_.faults.leaderless.contains(queued.partition);
    }

    // The first batch of each partition, as long as it is.
    void send_some(std::vector<kafka::Report>& reports) {
        std::map<Place, std::vector<Queued>> batches;
        std::deque<Queued> kept;
        const std::size_t batch_max = 1 + broker_.draw_.below(8);
        for (auto& queued : queue_) {
            auto& batch = batches[{queued.topic, queued.partition}];
            if (stands(queued) || batch.size() >= batch_max) {
                kept.push_back(std::move(queued));
            } else {
                batch.push_back(std::move(queued));
            }
        }
        queue_ = std::move(kept);
        std::set<Place> closed;
        for (const auto& [place, batch] : batches) {
            if (!batch.empty() && !send(batch, reports)) closed.insert(place);
        }
        if (closed.empty()) return;
        if (broken_.empty()) die("_GAPLESS_GUARANTEE", reports, closed);
    }

    // False: something of it was not taken, and nothing may follow it.
    bool send(const std::vector<Queued>& batch, std::vector<kafka::Report>& reports) {
        const auto happens = [&](unsigned in) { return in != 0 && broker_.draw_.one_in(in); };
        const bool refused =
            std::ranges::any_of(
                batch, [&](const Queued& queued) { return !broker_.takes(queued.record); }) ||
            happens(broker_.faults.refuses_in);
        const bool lost = !refused && happens(broker_.faults.fails_in);
        const bool written = !refused && (!lost || broker_.draw_.one_in(2));
        for (const Queued& queued : batch) {
            if (written) broker_.write(queued.topic, queued.record);
            const auto delivery = refused ? kafka::Delivery::refused
                                  : lost  ? kafka::Delivery::failed
                                          : kafka::Delivery::delivered;
            if (!queued.reported) reports.push_back({queued.tag, delivery, "SIMULATED"});
        }
        return !refused && !lost;
    }

    void die(const char* reason, std::vector<kafka::Report>& reports,
             const std::set<Place>& closed = {}) {
        broken_ = reason;
        for (const auto& queued : queue_) {
            if (!queued.reported) reports.push_back({queued.tag, kafka::Delivery::failed, reason});
        }
        // Whoever sends nothing more may still have sent this.
        arrive_perhaps(closed);
    }

    void report_all(std::vector<kafka::Report>& reports) {
        for (auto& queued : queue_) {
            if (std::exchange(queued.reported, true)) continue;
            reports.push_back({queued.tag, kafka::Delivery::delivered, ""});
        }
    }

    Broker& broker_;
    std::uint64_t server_;
    std::uint64_t kills_;
    std::string broken_{};
    std::deque<Queued> queue_{};
};

class Broker::SimulatedConsumer final : public kafka::Consumer {
public:
    SimulatedConsumer(Broker& broker, std::function<void(const std::vector<int>&)> on_revoked)
        : broker_(broker), server_(broker.server_), on_revoked_(std::move(on_revoked)) {
        for (const auto& [partition, log] : broker_.commands_)
            next_[partition] = broker_.committed_[partition];
        broker_.stored_ = broker_.committed_;
    }
    ~SimulatedConsumer() override {
        if (!is_dead()) broker_.commit_offsets();
    }

    std::optional<kafka::Received> poll(std::chrono::milliseconds wait) override {
        Machine::here().perhaps_let_others();
        give_up();
        if (!is_dead() && !broker_.faults.away) {
            for (const auto& [partition, log] : broker_.commands_) {
                auto& next = next_[partition];
                if (paused_.contains(partition) || next >= std::ssize(log)) continue;
                if (broker_.faults.leaderless.contains(partition)) continue;
                const std::int64_t offset = next++;
                if (broker_.commits_when_given) broker_.committed_[partition] = next;
                return kafka::Received{partition, offset, log[static_cast<std::size_t>(offset)]};
            }
        }
        if (wait.count() > 0) sleep_for(wait);
        return std::nullopt;
    }
    void pause(int partition) override { paused_.insert(partition); }
    void resume(int partition) override { paused_.erase(partition); }
    void store(int partition, std::int64_t next) override {
        if (!is_dead()) broker_.stored_[partition] = next;
    }
    std::size_t assigned() const override { return broker_.commands_.size(); }
    std::string broken() const override { return {}; }

private:
    bool is_dead() const { return server_ != broker_.server_; }
    // It goes, and is given again at once, from what is committed.
    void give_up() {
        if (is_dead()) return;
        for (const int partition : std::exchange(broker_.revoked_, {})) {
            on_revoked_({partition});
            if (is_dead()) return;
            broker_.commit_offsets();
            next_[partition] = broker_.committed_[partition];
            paused_.erase(partition);
        }
    }

    Broker& broker_;
    std::uint64_t server_;
    std::function<void(const std::vector<int>&)> on_revoked_;
    std::map<int, std::int64_t> next_{};
    std::set<int> paused_{};
};

std::unique_ptr<kafka::Producer> Broker::producer() {
    return std::make_unique<SimulatedProducer>(*this);
}

std::unique_ptr<kafka::Consumer> Broker::consumer(
    std::function<void(const std::vector<int>&)> on_revoked) {
    return std::make_unique<SimulatedConsumer>(*this, std::move(on_revoked));
}

void Broker::power_loss() {
    for (SimulatedProducer* const producer : producers_) producer->arrive_perhaps();
    ++server_;
    revoked_.clear();
}

void Broker::send_command(int partition, kafka::Record record) {
    commands_[partition].push_back(std::move(record));
}

void Broker::commit_offsets() {
    for (const auto& [partition, next] : stored_)
        committed_[partition] = std::max(committed_[partition], next);
}

bool Broker::takes(const kafka::Record& record) const {
    return record.value.find(poison) == std::string::npos;
}

void Broker::write(const std::string& topic, const kafka::Record& record) {
    if (on_written) on_written(topic, record);
}

}  // namespace homeroom::simulation
