// Kafka and the fallback, put together: pump, commands, and the state that both and the disk lead
// to.
//
// Made only when the configuration names brokers. Threads: kafka-out (pump), kafka-in (commands),
// and one that looks each half second and says when the state has changed.
#pragma once

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "backbone/commands.h"
#include "backbone/fallback.h"
#include "backbone/pump.h"
#include "kafka/options.h"

namespace homeroom::backbone {

struct BackboneOptions {
    kafka::Options kafka{};
    PumpOptions out{};
    bool commands = true;  // whether any are taken
    std::string commands_topic = "homeroom.commands";
    std::string group = "homeroom";
    std::string instance{};  // who this server is in it
    CommandsOptions in{};
    FallbackOptions fallback{};
    double backlog_bytes_max = 8.0 * 1024 * 1024 * 1024;
    std::filesystem::path data{};  // where the disk is
};

class Backbone final : public store::CommitListener, public campus::WriteAdmission {
public:
    // Called on its own thread when the state has changed.
    using OnState = std::function<void(State)>;

    // The store's threads must have ended before it goes.
    Backbone(store::Store& store, BackboneOptions options, Runner runner, OnState on_state);
    ~Backbone() override;

    Status prepare() { return pump_.prepare(); }  // before the store's start
    void start();                                 // after it
    void stop();  // before the store's; sends what is left, for as long as it may

    void on_event(const store::JournalEvent& event) override { pump_.on_event(event); }
    void on_batch_end(store::Seq last) override { pump_.on_batch_end(last); }

    Status admit(campus::Need need) const override;

    State state() const { return state_.load(); }
    Pump::Figures out() const { return pump_.figures(); }
    Commands::Figures in() const { return commands_ ? commands_->figures() : Commands::Figures{}; }
    std::uint64_t transitions() const { return transitions_.load(); }

private:
    void watch();
    Measures measure() const;

    store::Store& store_;
    BackboneOptions options_;
    OnState on_state_;
    Pump pump_;
    std::optional<Commands> commands_{};
    Fallback fallback_;
    std::atomic<State> state_;
    std::atomic<std::uint64_t> transitions_{0};
    std::mutex mutex_;
    std::condition_variable woken_;
    bool stopping_ = false;  // guarded
    std::thread thread_{};
};

}  // namespace homeroom::backbone
