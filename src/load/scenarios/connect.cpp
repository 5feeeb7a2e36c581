// Connections by the second: each is opened, let in, and closed at once, a number under way.
//
// They end with a reset, not in order: a client's ports would be used up within seconds otherwise.

#include <chrono>
#include <utility>

#include "load/scenarios/scenarios.h"

namespace homeroom::load {
namespace {

class Connect final : public Role {
public:
    explicit Connect(Worker& worker)
        : worker_(worker),
          again_([](void* self) { static_cast<Connect*>(self)->open_refused(); }, this) {
        worker.admission().rooms = false;
    }

    void begin() override {
        running_ = true;
        for (std::uint32_t i = 0; i < worker_.plan().concurrency && i < worker_.seats().size(); ++i)
            open_next();
    }

    void end() override { running_ = false; }

    void on_ready(Seat& seat) override {
        const std::int64_t now = now_nanoseconds();
        worker_.state().outstanding.subtract(1);
        worker_.state().acked.add();
        if (WindowState* window = worker_.window_at(now)) window->acked.add();
        if (WindowState* window = worker_.window_at(seat.started))
            window->latency.record_nanoseconds(now - seat.started);
        worker_.reset(seat);
        if (running_) open_next();
    }

    // Not at once: a server that is gone refuses a hundred thousand a second.
    bool on_refused(Seat&) override {
        worker_.state().outstanding.subtract(1);
        ++refused_;
        worker_.loop().start(again_, std::chrono::milliseconds{10});
        return false;
    }

private:
    void open_refused() {
        for (std::uint32_t left = std::exchange(refused_, 0); running_ && left > 0; --left)
            open_next();
    }

    // The next user in turn who is not connecting: one there is, as those under way are at most as
    // many as the seats and one of them has just ended.
    void open_next() {
        auto& seats = worker_.seats();
        for (std::size_t tries = 0; tries < seats.size(); ++tries) {
            Seat& seat = seats[next_];
            next_ = (next_ + 1) % seats.size();
            if (seat.state == SeatState::connecting) continue;
            worker_.state().outstanding.add();
            return worker_.open(seat);
        }
    }

    Worker& worker_;
    bool running_ = false;
    std::size_t next_ = 0;
    std::uint32_t refused_ = 0;
    net::Timer again_;
};

Status conduct(Conductor& conductor) {
    TRY_OK(conductor.measure());
    TRY_OK(conductor.finish());
    Report& report = conductor.report();
    report.unit = "connects";
    report.timed = report.unit;
    report.units = report.acked;
    report.let_in = conductor.plan().connections;
    return Ok{};
}

}  // namespace

ScenarioParts connect_scenario() {
    return {
        [](Worker& worker) -> std::unique_ptr<Role> { return std::make_unique<Connect>(worker); },
        conduct};
}

}  // namespace homeroom::load
