// Many rooms of a class's size, one publisher in each.
//
// In a campus the rooms are the users' classes: of those that have 2 to --room-size connected
// members, so that what all are in (a lecture) is left out, the fullest.

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <vector>

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
    std::vector<std::uint32_t> wanted;
    std::uint32_t smallest = UINT32_MAX;
    for (std::uint32_t i = 0; i < rooms.size(); ++i) {
        if (is_wanted(plan, rooms[i])) {
            wanted.push_back(i);
        } else if (rooms[i].members.load() > 1 && rooms[i].name().starts_with("class-")) {
            smallest = std::min(smallest, rooms[i].members.load());
        }
    }
    // Among equals by name, so that each run has the same.
    std::sort(wanted.begin(), wanted.end(), [&](std::uint32_t a, std::uint32_t b) {
        const std::uint32_t members_of_a = rooms[a].members.load();
        const std::uint32_t members_of_b = rooms[b].members.load();
        return members_of_a != members_of_b ? members_of_a > members_of_b
                                            : rooms[a].name() < rooms[b].name();
    });
    if (wanted.size() > plan.rooms) wanted.resize(plan.rooms);
    for (const std::uint32_t room : wanted)
        conductor.add_stream(room, rooms[room].first_member.load() - 1);
    if (!wanted.empty()) {
        nlohmann::ordered_json& extra = conductor.report().extra;
        extra["rooms"] = wanted.size();
        extra["members_most"] = rooms[wanted.front()].members.load();
        extra["members_least"] = rooms[wanted.back()].members.load();
        return Ok{};
    }
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
