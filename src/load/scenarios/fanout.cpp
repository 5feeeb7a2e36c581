// All in one room, one publisher, a number of events under way.

#include "load/publishing.h"
#include "load/scenarios/scenarios.h"

namespace homeroom::load {
namespace {

Status conduct(Conductor& conductor) {
    TRY_OK(conductor.connect(conductor.plan().connections));
    TRY(const std::uint32_t room, conductor.common_room());
    conductor.add_stream(room, conductor.shared().common().rooms[room].first_member.load() - 1);
    TRY_OK(conductor.measure());
    TRY_OK(conductor.finish());
    Report& report = conductor.report();
    report.unit = "deliveries";
    report.units = report.delivered;
    report.extra["room"] = conductor.shared().common().rooms[room].name();
    return Ok{};
}

}  // namespace

ScenarioParts fanout_scenario() {
    return {[](Worker& worker) -> std::unique_ptr<Role> {
                return std::make_unique<Publishing>(worker);
            },
            conduct};
}

// The same by the clock: one speaker, all others listen.
ScenarioParts lecture_scenario() {
    return fanout_scenario();
}

}  // namespace homeroom::load
