// Many writers, each with one post under way in a class of its own: what the journal takes.

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "load/scenarios/scenarios.h"

namespace homeroom::load {
namespace {

class Feed final : public Role {
public:
    explicit Feed(Worker& worker) : worker_(worker) {}

    void begin() override {
        running_ = true;
        for (std::uint32_t i = 0; i < worker_.plan().writers; ++i) {
            Seat* const seat = worker_.seat(connection_of(i));
            if (seat == nullptr || !seat->ready()) continue;
            const std::uint32_t room = class_of(*seat);
            if (room == SharedRun::no_room) continue;
            StreamEntry& stream = worker_.shared().common().streams[i];
            stream.room.store(room);
            stream.publisher.store(seat->connection);
            const RoomEntry& entry = worker_.shared().common().rooms[room];
            writers_.push_back(
                {.seat = seat, .stream = i, .to = nlohmann::json(entry.name()).dump()});
        }
        by_seat_.assign(worker_.seats().size(), nullptr);
        for (Writer& writer : writers_) by_seat_[index_of(*writer.seat)] = &writer;
        for (Writer& writer : writers_) write(writer);
    }

    void end() override { running_ = false; }

    void on_ack(Seat& seat, std::uint64_t id, std::string_view arguments) override {
        const std::int64_t now = now_nanoseconds();
        Writer* const writer = by_seat_.empty() ? nullptr : by_seat_[index_of(seat)];
        if (writer == nullptr) return;
        if (id != writer->sequence) return worker_.state().duplicated.add();
        worker_.state().acked.add();
        if (worker_.is_refusal(arguments)) {
            worker_.shared().common().streams[writer->stream].refused.fetch_add(1);
        } else {
            if (WindowState* window = worker_.window_at(now)) window->acked.add();
            if (WindowState* window = worker_.window_at(writer->sent))
                window->ack_latency.record_nanoseconds(now - writer->sent);
        }
        if (running_) write(*writer);
    }

private:
    struct Writer {
        Seat* seat;
        std::uint32_t stream;
        std::string to;  // the room, as JSON
        std::uint64_t sequence = 0;
        std::int64_t sent = 0;
    };

    std::size_t index_of(const Seat& seat) const {
        return static_cast<std::size_t>(&seat - worker_.seats().data());
    }

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

    void write(Writer& writer) {
        if (!writer.seat->ready()) return;
        writer.sent = now_nanoseconds();
        writer.sequence++;
        worker_.shared().common().streams[writer.stream].published.store(writer.sequence);
        const std::string text = worker_.marker().text(
            {.stream = writer.stream, .sequence = writer.sequence, .time = writer.sent},
            worker_.plan().payload);
        writer.seat->client->send(fmt::format(R"(42{}["post:create",{{"to":{},"text":"{}"}}])",
                                              writer.sequence, writer.to, text),
                                  Client::Leaves::at_once);
        if (WindowState* window = worker_.window_at(writer.sent)) window->sent.add();
    }

    Worker& worker_;
    bool running_ = false;
    std::vector<Writer> writers_{};
    std::vector<Writer*> by_seat_{};
};

Status conduct(Conductor& conductor) {
    const Plan& plan = conductor.plan();
    TRY_OK(conductor.connect(plan.connections));
    // The processes fill them in: only they know their users' classes.
    conductor.shared().common().streams_count.store(plan.writers);
    TRY_OK(conductor.measure());
    TRY_OK(conductor.finish());
    Report& report = conductor.report();
    report.unit = "acknowledged posts";
    report.units = report.acked;
    report.extra["delivery_p50_ms"] = report.latency.p50;
    report.extra["delivery_p99_ms"] = report.latency.p99;
    report.time_acks("posts");
    report.extra["writers"] = plan.writers;
    report.extra["deliveries_per_second"] = static_cast<double>(report.delivered) / report.seconds;
    return Ok{};
}

}  // namespace

ScenarioParts feed_scenario() {
    return {[](Worker& worker) -> std::unique_ptr<Role> { return std::make_unique<Feed>(worker); },
            conduct};
}

}  // namespace homeroom::load
