#include "load/scenarios/lesson.h"

#include <algorithm>
#include <fmt/format.h>

namespace homeroom::load {

void add_lesson_streams(Conductor& conductor, std::uint32_t room) {
    const RoomEntry& entry = conductor.shared().common().rooms[room];
    const std::uint32_t first = entry.first_member.load() - 1;
    const bool all = entry.members.load() == conductor.plan().connections;
    const std::uint32_t count =
        all ? std::min(exam_publishers_max, conductor.plan().connections) : 1;
    for (std::uint32_t i = 0; i < count; ++i) conductor.add_stream(room, first + i);
}

void report_returns(Conductor& conductor, std::uint64_t connected) {
    Report& report = conductor.report();
    const std::uint64_t recovered = conductor.total(&ProcessState::recovered);
    report.extra["recovered"] = recovered;
    report.extra["recovered_events"] = conductor.total(&ProcessState::recovered_events);
    if (report.connected < connected)
        report.faults.push_back(
            fmt::format("{} did not come back", with_commas(connected - report.connected)));
    if (recovered < report.connected)
        report.faults.push_back(fmt::format("{} came back without what they had missed",
                                            with_commas(report.connected - recovered)));
}

double seconds_since(std::int64_t time) {
    return static_cast<double>(now_nanoseconds() - time) / 1e9;
}

}  // namespace homeroom::load
