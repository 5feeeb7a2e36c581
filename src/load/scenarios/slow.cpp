// Some readers stop reading. What does that do to the others, and what does the server do about it?
//
// First all read (the baseline), then the last --stalled of them stop; at the end they read again,
// and whoever the server has kept must still get everything.

#include <fmt/format.h>

#include "load/publishing.h"
#include "load/scenarios/scenarios.h"

namespace homeroom::load {
namespace {

constexpr std::size_t measured = 0;  // windows
constexpr std::size_t baseline = 1;

class Slow final : public Publishing {
public:
    explicit Slow(Worker& worker) : Publishing(worker), worker_(worker) {
        worker.admission().small_buffers = worker.plan().stalled;
        for (Seat& seat : worker.seats()) {
            if (is_stalled(seat)) seat.timed = false;
        }
    }

    void command(Command command) override {
        for (Seat& seat : worker_.seats()) {
            if (!seat.ready() || !is_stalled(seat)) continue;
            if (command == Command::stall) seat.client->connection().pause_reading();
            if (command == Command::come_back) seat.client->connection().resume_reading();
        }
        has_stalled_ = true;
    }

    bool on_lost(Seat& seat) override {
        Publishing::on_lost(seat);
        if (!has_stalled_ || !is_stalled(seat)) return false;
        worker_.state().ended_stalled.add();
        return true;
    }

private:
    bool is_stalled(const Seat& seat) const {
        return seat.connection + worker_.plan().stalled >= worker_.plan().connections;
    }

    Worker& worker_;
    bool has_stalled_ = false;
};

Status conduct(Conductor& conductor) {
    const Plan& plan = conductor.plan();
    TRY_OK(conductor.connect(plan.connections));
    TRY(const std::uint32_t room, conductor.common_room());
    conductor.add_stream(room, conductor.shared().common().rooms[room].first_member.load() - 1);
    TRY_OK(conductor.tell(Command::begin));
    TRY_OK(conductor.pass(plan.warm_up, "warming up"));
    TRY_OK(conductor.run_window(baseline, plan.duration));
    TRY_OK(conductor.tell(Command::stall));
    TRY_OK(conductor.run_window(measured, plan.duration));
    TRY_OK(conductor.tell(Command::end));
    TRY_OK(conductor.tell(Command::come_back));
    TRY_OK(conductor.drain());
    TRY_OK(conductor.finish());
    Report& report = conductor.report();
    report.unit = "deliveries";
    report.units = report.delivered;
    const Latency before = latency_of(*conductor.merged(baseline, &WindowState::latency));
    report.extra["room"] = conductor.shared().common().rooms[room].name();
    report.extra["stalled"] = plan.stalled;
    report.extra["stalled_disconnected"] = conductor.total(&ProcessState::ended_stalled);
    if (conductor.total(&ProcessState::ended_stalled) == 0)
        report.notes.push_back(fmt::format(
            "no stalled reader was cut off: {:.1f} MB waited for each, which server and "
            "kernel held; more --payload, --rate or --duration shows the limit",
            static_cast<double>(report.sent * plan.payload) / 1e6));
    report.extra["baseline_p50_ms"] = before.p50;
    report.extra["stalled_p50_ms"] = report.latency.p50;
    report.extra["baseline_p99_ms"] = before.p99;
    report.extra["stalled_p99_ms"] = report.latency.p99;
    return Ok{};
}

}  // namespace

ScenarioParts slow_scenario() {
    return {[](Worker& worker) -> std::unique_ptr<Role> { return std::make_unique<Slow>(worker); },
            conduct};
}

}  // namespace homeroom::load
