// Kafka, as a server sees it: topics of which some partitions are without a leader for a while, a
// broker that is slow, away, refuses, or kills a producer; a group whose partitions go and come.
// It is on other machines: it is still there when the server's power went, and what was on its way
// to it then may have arrived.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "draw.h"
#include "kafka/consumer.h"
#include "kafka/producer.h"

namespace homeroom::simulation {

class Broker {
public:
    explicit Broker(Draw& draw) : draw_(draw) {}

    void add_topic(const std::string& topic, int partitions) { topics_[topic] = partitions; }

    // --- What a server uses. Those of a server that has died do nothing.
    std::unique_ptr<kafka::Producer> producer();
    std::unique_ptr<kafka::Consumer> consumer(
        std::function<void(const std::vector<int>&)> on_revoked);
    void power_loss();

    // --- What the simulation does.
    struct Faults {
        bool away = false;
        std::set<int> leaderless{};  // partitions, of every topic but dead letters
        unsigned refuses_in = 0;     // one batch in so many; 0: none
        unsigned fails_in = 0;       // nobody knows what became of it
        unsigned is_late_in = 0;     // nothing is reported yet
    };
    Faults faults{};
    // What has this in its value is never taken; not as a dead letter either, with its data.
    std::string poison = "poison!";
    void kill_producers() { ++producers_killed_; }
    void add_commands(int partition) { commands_[partition]; }
    void send_command(int partition, kafka::Record record);
    void revoke(int partition) { revoked_.insert(partition); }
    // What was stored is committed, as a consumer does now and then.
    void commit_offsets();
    std::int64_t committed(int partition) { return committed_[partition]; }
    std::size_t commands(int partition) { return commands_[partition].size(); }

    // Told of each record that is written.
    std::function<void(const std::string& topic, const kafka::Record& record)> on_written{};

    // --- Broken on purpose, to see whether that is found.
    bool reports_before_writing = false;
    bool commits_when_given = false;

private:
    class SimulatedProducer;
    class SimulatedConsumer;
    void write(const std::string& topic, const kafka::Record& record);
    bool takes(const kafka::Record& record) const;

    Draw& draw_;
    std::map<std::string, int> topics_{};
    std::map<int, std::vector<kafka::Record>> commands_{};
    std::map<int, std::int64_t> stored_{};
    std::map<int, std::int64_t> committed_{};
    std::set<int> revoked_{};
    std::vector<SimulatedProducer*> producers_{};
    std::uint64_t producers_killed_ = 0;
    std::uint64_t server_ = 0;  // how many have died
};

}  // namespace homeroom::simulation
