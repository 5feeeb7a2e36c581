// What a connection costs that says nothing: the growth of the server's memory from the second
// connection on, so that what is made once is not counted.

#include "load/scenarios/scenarios.h"

namespace homeroom::load {
namespace {

constexpr double settle_first = 1;  // seconds
constexpr double settle_all = 3;

class Idle final : public Role {
public:
    explicit Idle(Worker& worker) { worker.admission().rooms = false; }
};

Status conduct(Conductor& conductor) {
    const std::uint32_t all = conductor.plan().connections;
    Report& report = conductor.report();
    TRY_OK(conductor.connect(1));
    TRY_OK(conductor.pass(settle_first, "settling"));
    conductor.take_usage_before();
    TRY_OK(conductor.connect(all));
    conductor.take_usage_after();
    TRY_OK(conductor.pass(settle_all, "settling"));
    const auto settled = conductor.server_usage();
    const std::uint64_t connected = conductor.total(&ProcessState::ready);
    if (settled && report.server_before && connected > 1) {
        report.resident_per_connection =
            (static_cast<double>(settled->resident_bytes) -
             static_cast<double>(report.server_before->resident_bytes)) /
            static_cast<double>(connected - 1);
    }
    TRY_OK(conductor.pass(conductor.plan().duration, "holding"));
    const auto held = conductor.server_usage();
    TRY_OK(conductor.finish());
    report.unit = "connects";
    report.units = report.connected > 0 ? report.connected - 1 : 0;
    if (settled && held) {
        report.server_after->resident_bytes = settled->resident_bytes;
        report.extra["held_seconds"] = conductor.plan().duration;
        report.extra["held_cpu_seconds"] = held->cpu_seconds() - settled->cpu_seconds();
        report.extra["held_resident_bytes"] = held->resident_bytes;
    }
    return Ok{};
}

}  // namespace

ScenarioParts idle_scenario() {
    return {[](Worker& worker) -> std::unique_ptr<Role> { return std::make_unique<Idle>(worker); },
            conduct};
}

}  // namespace homeroom::load
