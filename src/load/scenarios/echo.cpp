// Every connection has a request under way; when it is answered it sends the next.

#include <fmt/format.h>
#include <string>
#include <utility>
#include <vector>

#include "load/scenarios/scenarios.h"

namespace homeroom::load {
namespace {

class Echo final : public Role {
public:
    explicit Echo(Worker& worker) : worker_(worker), sent_(worker.seats().size()) {
        worker_.admission().rooms = false;
        const Plan& plan = worker.plan();
        tail_ = plan.application == Application::campus
                    ? std::string{R"(["time:get",{}])"}
                    : R"(["echo",")" + std::string(plan.payload, 'x') + R"("])";
        if (plan.application == Application::rooms)
            expected_ = R"([")" + std::string(plan.payload, 'x') + R"("])";
    }

    void begin() override {
        running_ = true;
        for (Seat& seat : worker_.seats()) {
            for (std::uint32_t i = 0; seat.ready() && i < worker_.plan().in_flight; ++i) send(seat);
        }
    }

    void end() override { running_ = false; }

    void on_ack(Seat& seat, std::uint64_t id, std::string_view arguments) override {
        const std::int64_t now = now_nanoseconds();
        Requests& requests = of(seat);
        const std::uint64_t ahead = requests.next - id;
        if (ahead == 0 || ahead > requests.times.size()) return worker_.state().duplicated.add();
        std::int64_t& time = requests.times[id % requests.times.size()];
        const std::int64_t began = std::exchange(time, 0);
        if (began == 0) return worker_.state().duplicated.add();
        worker_.state().outstanding.subtract(1);
        worker_.state().acked.add();
        if (is_good(arguments)) {
            if (WindowState* window = worker_.window_at(now)) window->acked.add();
            if (WindowState* window = worker_.window_at(began))
                window->latency.record_nanoseconds(now - began);
        }
        if (running_) send(seat);
    }

    // What it still awaited: that the connection is gone is the fault, not that it is silent.
    bool on_lost(Seat& seat) override {
        for (std::int64_t& time : of(seat).times) {
            if (std::exchange(time, 0) != 0) worker_.state().outstanding.subtract(1);
        }
        return false;
    }

private:
    struct Requests {
        std::uint64_t next = 1;
        std::vector<std::int64_t> times{};  // of those under way, by id
    };

    // What is not is no work done; the run fails by it.
    bool is_good(std::string_view arguments) {
        if (worker_.is_refusal(arguments)) return false;
        if (expected_.empty() || arguments == expected_) return true;
        worker_.state().refused_requests.add();
        worker_.note_reason("an echo was answered with something else");
        return false;
    }

    Requests& of(const Seat& seat) {
        return sent_[static_cast<std::size_t>(&seat - worker_.seats().data())];
    }

    void send(Seat& seat) {
        Requests& requests = of(seat);
        if (requests.times.empty()) requests.times.resize(worker_.plan().in_flight);
        const std::uint64_t id = requests.next++;
        const std::int64_t now = now_nanoseconds();
        requests.times[id % requests.times.size()] = now;
        worker_.state().outstanding.add();
        seat.client->send(fmt::format("42{}{}", id, tail_), Client::Leaves::at_once);
        if (WindowState* window = worker_.window_at(now)) window->sent.add();
    }

    Worker& worker_;
    bool running_ = false;
    std::string tail_;
    std::string expected_{};
    std::vector<Requests> sent_;
};

Status conduct(Conductor& conductor) {
    TRY_OK(conductor.connect(conductor.plan().connections));
    TRY_OK(conductor.measure());
    TRY_OK(conductor.finish());
    Report& report = conductor.report();
    report.unit = "echoes";
    report.timed = report.unit;
    report.units = report.acked;
    return Ok{};
}

}  // namespace

ScenarioParts echo_scenario() {
    return {[](Worker& worker) -> std::unique_ptr<Role> { return std::make_unique<Echo>(worker); },
            conduct};
}

}  // namespace homeroom::load
