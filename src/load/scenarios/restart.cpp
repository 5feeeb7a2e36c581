// The server is stopped in the middle of a lesson, or killed, and another comes in its place; all
// come back by themselves.
//
//   all connect, over --ramp → a few posts → the publishers go on, and the server gets --signal →
//   each comes back as the unmodified client does: with what it has (auth { token, pid, offset }),
//   after a second, then two, four, five, each a half more or less → the publishers go on as soon
//   as they are back → a few posts more → did each get each post once?
//
// Who starts the other one is not this program's: bench/restart does both.

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fmt/format.h>
#include <queue>
#include <random>
#include <system_error>

#include "load/publishing.h"
#include "load/scenarios/lesson.h"
#include "load/scenarios/scenarios.h"

namespace homeroom::load {
namespace {

constexpr double patience = 60;  // seconds in which nothing moves
// As socket.io-client has them by default.
constexpr double delay_first = 1'000'000'000;
constexpr double delay_longest = 5'000'000'000;
constexpr double jitter = 0.5;
constexpr auto look_interval = std::chrono::milliseconds{5};

class Restart final : public Publishing {
public:
    explicit Restart(Worker& worker)
        : Publishing(worker, Until::answered),
          worker_(worker),
          absences_(worker.seats().size()),
          timer_([](void* self) { static_cast<Restart*>(self)->open_due(); }, this) {
        worker.admission().recovery = true;
        worker.admission().comes_back = true;
        worker.admission().ramp_seconds = worker.plan().ramp;
    }

    void begin() override {
        limit_events(lesson_posts[std::min(round_++, lesson_posts.size() - 1)]);
        Publishing::begin();
    }

    // From now on connections may end, and be refused.
    void command(Command command) override {
        if (command == Command::cut) cut_ = true;
    }

    bool on_lost(Seat& seat) override {
        Publishing::on_lost(seat);
        if (!cut_) return false;
        absence_of(seat) = {.since = now_nanoseconds()};
        come_back(seat);
        return true;
    }

    bool on_refused(Seat& seat) override {
        if (!cut_) return false;
        worker_.state().retried.add();
        come_back(seat);
        return true;
    }

    void on_ready(Seat& seat) override {
        const auto since = std::exchange(absence_of(seat).since, 0);
        if (since == 0) return;
        worker_.state().returned.add();
        worker_.state().windows[1].ack_latency.record_nanoseconds(now_nanoseconds() - since);
        on_wake();  // if it publishes, it goes on
    }

    // A server that is about to stop answers so what it can't store any more.
    bool is_put_off(std::string_view arguments) override {
        if (!cut_ || arguments.find(R"("code":"unavailable")") == std::string_view::npos)
            return false;
        worker_.state().retried.add();
        return true;
    }

private:
    struct Absence {
        std::int64_t since = 0;  // 0: it is there
        double delay = delay_first;
    };
    using Due = std::pair<std::int64_t, std::size_t>;  // when, the seat

    std::size_t index_of(const Seat& seat) const {
        return static_cast<std::size_t>(&seat - worker_.seats().data());
    }
    Absence& absence_of(const Seat& seat) { return absences_[index_of(seat)]; }

    void come_back(const Seat& seat) {
        Absence& absence = absence_of(seat);
        std::uniform_real_distribution<double> share{1 - jitter, 1 + jitter};
        const auto wait = static_cast<std::int64_t>(absence.delay * share(random_));
        absence.delay = std::min(absence.delay * 2, delay_longest);
        due_.emplace(now_nanoseconds() + wait, index_of(seat));
        worker_.loop().start(timer_, look_interval);
    }

    void open_due() {
        const std::int64_t now = now_nanoseconds();
        while (!due_.empty() && due_.top().first <= now) {
            const std::size_t index = due_.top().second;
            due_.pop();
            worker_.open(worker_.seats()[index]);
        }
        if (!due_.empty()) worker_.loop().start(timer_, look_interval);
    }

    Worker& worker_;
    std::vector<Absence> absences_;
    std::priority_queue<Due, std::vector<Due>, std::greater<>> due_{};
    net::Timer timer_;
    std::minstd_rand random_{std::random_device{}()};
    std::size_t round_ = 0;
    bool cut_ = false;
};

Status publish(Conductor& conductor, std::uint64_t wanted) {
    const auto published = [&] { return conductor.published(); };
    TRY(const bool all, conductor.wait(
                            "posting", [&] { return published() >= wanted; }, published, patience));
    if (!all) return Error{Code::unavailable, "the posts did not come through"};
    TRY_OK(conductor.drain());
    return conductor.tell(Command::end);
}

// What a publisher had no answer to when its connection ended, which the server has or not; and
// what it was refused.
std::uint64_t unknown_posts(Conductor& conductor) {
    const auto& common = conductor.shared().common();
    std::uint64_t sum = 0;
    for (std::uint32_t i = 0; i < common.streams_count.load(); ++i)
        sum += common.streams[i].refused.load();
    return sum;
}

Status end_server(const Conductor& conductor) {
    const auto server = conductor.server();
    if (!server)
        return Error{Code::invalid, "no process of this machine listens there: give --server-pid",
                     "server-pid"};
    const int number = conductor.plan().signal == "KILL" ? SIGKILL : SIGTERM;
    if (kill(*server, number) == 0) return Ok{};
    return Error{Code::unavailable, fmt::format("the server can't be sent a signal: {}",
                                                std::system_category().message(errno))};
}

Status conduct(Conductor& conductor) {
    const Plan& plan = conductor.plan();
    Report& report = conductor.report();
    TRY_OK(conductor.connect(plan.connections));
    const std::uint64_t connected = conductor.total(&ProcessState::ready);
    TRY(const std::uint32_t room, conductor.common_room());
    add_lesson_streams(conductor, room);
    const std::uint32_t publishers = conductor.shared().common().streams_count.load();

    TRY_OK(conductor.tell(Command::begin));
    TRY_OK(publish(conductor, lesson_posts[0] * publishers));

    TimeWindow& window = conductor.shared().common().windows[0];
    window.until.store(INT64_MAX);
    window.from.store(now_nanoseconds());
    conductor.take_usage_before();
    conductor.expect_somebody(false);
    TRY_OK(conductor.tell(Command::cut));
    TRY_OK(conductor.tell(Command::begin));
    const std::int64_t ended_at = now_nanoseconds();
    TRY_OK(end_server(conductor));
    const auto back = [&] { return conductor.total(&ProcessState::returned); };
    const auto moves = [&] { return back() + conductor.total(&ProcessState::retried); };
    TRY(const bool all, conductor.wait(
                            "coming back", [&] { return back() >= connected; }, moves, patience));
    const double return_seconds = seconds_since(ended_at);
    if (!all) TRY_OK(conductor.tell(Command::explain));
    conductor.expect_somebody(true);
    conductor.take_usage_after();
    window.until.store(now_nanoseconds());
    TRY_OK(publish(conductor, (lesson_posts[0] + lesson_posts[1]) * publishers));
    TRY_OK(conductor.tell(Command::begin));
    TRY_OK(publish(conductor, (lesson_posts[0] + lesson_posts[1] + lesson_posts[2]) * publishers));
    TRY_OK(conductor.finish());

    report.unit = "returns";
    report.units = back();
    report.timed = report.unit;
    report.latency = latency_of(*conductor.merged(1, &WindowState::ack_latency));
    // Of two processes, one of which is gone.
    report.server_before.reset();
    report.server_after.reset();
    report.extra["signal"] = plan.signal;
    report.extra["room"] = conductor.shared().common().rooms[room].name();
    report.extra["publishers"] = publishers;
    report.extra["return_seconds"] = return_seconds;
    report_returns(conductor, connected);
    report.extra["tried_again"] = conductor.total(&ProcessState::retried);
    report.extra["unknown_posts"] = unknown_posts(conductor);
    return Ok{};
}

}  // namespace

ScenarioParts restart_scenario() {
    return {
        [](Worker& worker) -> std::unique_ptr<Role> { return std::make_unique<Restart>(worker); },
        conduct};
}

}  // namespace homeroom::load
