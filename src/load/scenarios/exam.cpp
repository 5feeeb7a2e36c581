// The network of a school breaks off while it writes an exam, and all come back at once.
//
//   all connect, over --ramp → a few posts → all connections are reset at once → the publishers
//   come back, and post what the others miss → all others come back at once, as the unmodified
//   client does (auth { token, pid, offset }) → a few posts more → did each get each post once?

#include <algorithm>
#include <fmt/format.h>

#include "load/publishing.h"
#include "load/scenarios/lesson.h"
#include "load/scenarios/scenarios.h"

namespace homeroom::load {
namespace {

constexpr std::uint32_t herd = 1'024;  // that return at once, of a process
constexpr double patience = 30;        // seconds in which nothing moves

class Exam final : public Publishing {
public:
    explicit Exam(Worker& worker) : Publishing(worker), worker_(worker) {
        worker.admission().recovery = true;
        worker.admission().ramp_seconds = worker.plan().ramp;
    }

    void begin() override {
        limit_events(lesson_posts[std::min(round_++, lesson_posts.size() - 1)]);
        Publishing::begin();
    }

    void command(Command command) override {
        auto& common = worker_.shared().common();
        if (command == Command::cut) {
            for (Seat& seat : worker_.seats()) {
                worker_.reset(seat);
                on_lost(seat);  // it was us: no answer is awaited any more
            }
            return;
        }
        if (command != Command::come_back) return;
        if (!std::exchange(publishers_back_, true)) {
            for (std::uint32_t i = 0; i < common.streams_count.load(); ++i) {
                Seat* const seat = worker_.seat(common.streams[i].publisher.load());
                if (seat != nullptr && seat->state == SeatState::away) worker_.open(*seat);
            }
            return;
        }
        worker_.return_all(herd);
    }

    void on_ready(Seat& seat) override {
        const std::int64_t now = now_nanoseconds();
        if (WindowState* window = worker_.window_at(seat.started)) {
            window->acked.add();
            window->ack_latency.record_nanoseconds(now - seat.started);
        }
    }

private:
    Worker& worker_;
    std::size_t round_ = 0;
    bool publishers_back_ = false;
};

Status publish(Conductor& conductor, std::uint64_t each) {
    const auto published = [&] { return conductor.published(); };
    const std::uint64_t wanted =
        published() + each * conductor.shared().common().streams_count.load();
    TRY_OK(conductor.tell(Command::begin));
    TRY(const bool all, conductor.wait(
                            "posting", [&] { return published() >= wanted; }, published, patience));
    if (!all) return Error{Code::unavailable, "the posts did not come through"};
    TRY_OK(conductor.drain());
    return conductor.tell(Command::end);
}

// What was asked for before the cut is not in the window; all that return are.
Status come_back(Conductor& conductor, std::uint64_t until) {
    const auto answered = [&] {
        return conductor.total(&ProcessState::ready) + conductor.total(&ProcessState::refused) +
               conductor.total(&ProcessState::disconnected);
    };
    TRY_OK(conductor.tell(Command::come_back));
    TRY(const bool all,
        conductor.wait(
            "coming back", [&] { return answered() >= until; }, answered, patience));
    return all ? Status{Ok{}} : conductor.tell(Command::explain);
}

Status conduct(Conductor& conductor) {
    const Plan& plan = conductor.plan();
    Report& report = conductor.report();
    const std::int64_t began = now_nanoseconds();
    TRY_OK(conductor.connect(plan.connections));
    const double connect_seconds = seconds_since(began);
    const std::uint64_t connected = conductor.total(&ProcessState::ready);
    const std::uint64_t given_up = plan.connections - connected;
    TRY(const std::uint32_t room, conductor.common_room());
    add_lesson_streams(conductor, room);
    const std::uint32_t publishers = conductor.shared().common().streams_count.load();

    TRY_OK(publish(conductor, lesson_posts[0]));
    conductor.expect_somebody(false);
    TRY_OK(conductor.tell(Command::cut));
    TRY_OK(come_back(conductor, given_up + publishers));
    conductor.expect_somebody(true);
    TRY_OK(publish(conductor, lesson_posts[1]));

    TimeWindow& window = conductor.shared().common().windows[0];
    window.until.store(INT64_MAX);
    window.from.store(now_nanoseconds());
    conductor.take_usage_before();
    TRY_OK(come_back(conductor, plan.connections));
    conductor.take_usage_after();
    window.until.store(now_nanoseconds());
    TRY_OK(publish(conductor, lesson_posts[2]));
    TRY_OK(conductor.finish());

    report.unit = "returns";
    report.units = report.acked;
    report.time_acks("returns");
    report.extra["room"] = conductor.shared().common().rooms[room].name();
    report.extra["publishers"] = publishers;
    report.extra["connect_seconds"] = connect_seconds;
    report.extra["return_seconds"] = report.seconds;
    report_returns(conductor, connected);
    return Ok{};
}

}  // namespace

ScenarioParts exam_scenario() {
    return {[](Worker& worker) -> std::unique_ptr<Role> { return std::make_unique<Exam>(worker); },
            conduct};
}

}  // namespace homeroom::load
