// Many rooms of a class's size, one publisher in each.
//
// In a campus the rooms are the users' classes: those that have 2 to --room-size connected members,
// so that what all are in (a lecture) is left out.

#include <algorithm>
#include <fmt/format.h>

#include "load/publishing.h"
#include "load/scenarios/scenarios.h"

namespace homeroom::load {
namespace {

bool is_wanted(const Plan& plan, const RoomEntry& room) {
    const std::uint32_t members = room.members.load();
    if (members == 0) return false;
    if (plan.application == Application::rooms) return room.name().starts_with(plan.room);
    return members >= 2 && members <= plan.room_size && room.name().starts_with("class-");
}

Status choose_rooms(Conductor& conductor) {
    const Plan& plan = conductor.plan();
    const auto& rooms = conductor.shared().common().rooms;
    std::uint32_t chosen = 0;
    std::uint32_t smallest = UINT32_MAX;
    for (std::uint32_t i = 0; i < rooms.size() && chosen < plan.rooms; ++i) {
        if (is_wanted(plan, rooms[i])) {
            conductor.add_stream(i, rooms[i].first_member.load() - 1);
            ++chosen;
        } else if (rooms[i].members.load() > 1 && rooms[i].name().starts_with("class-")) {
            smallest = std::min(smallest, rooms[i].members.load());
        }
    }
    if (chosen > 0) return Ok{};
    return Error{Code::invalid,
                 smallest == UINT32_MAX
                     ? std::string{"no two connected users are in one class"}
                     : fmt::format("no class has 2 to {} connected members, the smallest has {}: "
                                   "see --room-size",
                                   plan.room_size, smallest),
                 "room-size"};
}

Status conduct(Conductor& conductor) {
    TRY_OK(conductor.connect(conductor.plan().connections));
    TRY_OK(choose_rooms(conductor));
    TRY_OK(conductor.measure());
    TRY_OK(conductor.finish());
    Report& report = conductor.report();
    report.unit = "deliveries";
    report.units = report.delivered;
    report.extra["rooms"] = conductor.shared().common().streams_count.load();
    return Ok{};
}

}  // namespace

ScenarioParts rooms_scenario() {
    return {[](Worker& worker) -> std::unique_ptr<Role> {
                return std::make_unique<Publishing>(worker);
            },
            conduct};
}

}  // namespace homeroom::load
