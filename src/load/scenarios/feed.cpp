// Many writers, each with posts under way in a class of its own: what the journal takes.

#include <string_view>

#include "load/publishing.h"
#include "load/scenarios/scenarios.h"

namespace homeroom::load {
namespace {

class Feed final : public Publishing {
public:
    explicit Feed(Worker& worker) : Publishing(worker, Until::answered), worker_(worker) {}

    // Only its process knows a user's classes.
    void command(Command command) override {
        if (command != Command::assign) return;
        auto& common = worker_.shared().common();
        for (std::uint32_t i = 0; i < worker_.plan().writers; ++i) {
            const Seat* const seat = worker_.seat(connection_of(i));
            if (seat == nullptr || !seat->ready()) continue;
            const std::uint32_t room = class_of(*seat);
            if (room == SharedRun::no_room) {
                worker_.note_reason("a writer is in no class, and writes nothing");
                continue;
            }
            // Counted before it is filled in: nobody looks at a stream before begin().
            StreamEntry& stream = common.streams[common.streams_count.fetch_add(1)];
            stream.room.store(room);
            stream.publisher.store(seat->connection);
        }
    }

private:
    // The writers are spread evenly over all connections.
    std::uint32_t connection_of(std::uint32_t writer) const {
        const Plan& plan = worker_.plan();
        return static_cast<std::uint32_t>(std::uint64_t{writer} * plan.connections / plan.writers);
    }

    // The smallest of the user's classes: a lecture that all are in would be everybody's.
    std::uint32_t class_of(const Seat& seat) const {
        const auto& rooms = worker_.shared().common().rooms;
        std::uint32_t best = SharedRun::no_room;
        for (const std::uint32_t room : seat.rooms) {
            if (!rooms[room].name().starts_with("class-")) continue;
            if (best == SharedRun::no_room ||
                rooms[room].members.load() < rooms[best].members.load())
                best = room;
        }
        return best;
    }

    Worker& worker_;
};

Status conduct(Conductor& conductor) {
    TRY_OK(conductor.connect(conductor.plan().connections));
    TRY_OK(conductor.tell(Command::assign));
    const std::uint32_t writers = conductor.shared().common().streams_count.load();
    if (writers == 0) return Error{Code::invalid, "none of the writers is in a class", "writers"};
    TRY_OK(conductor.measure());
    TRY_OK(conductor.finish());
    Report& report = conductor.report();
    report.unit = "acknowledged posts";
    report.units = report.acked;
    report.extra["delivery_p50_ms"] = report.latency.p50;
    report.extra["delivery_p99_ms"] = report.latency.p99;
    report.time_acks("posts");
    report.extra["writers"] = writers;
    report.extra["deliveries_per_second"] = static_cast<double>(report.delivered) / report.seconds;
    return Ok{};
}

}  // namespace

ScenarioParts feed_scenario() {
    return {[](Worker& worker) -> std::unique_ptr<Role> { return std::make_unique<Feed>(worker); },
            conduct};
}

}  // namespace homeroom::load
