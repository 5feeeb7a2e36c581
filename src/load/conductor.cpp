#include "load/conductor.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fmt/format.h>
#include <random>
#include <string_view>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>

#include "load/worker.h"

namespace homeroom::load {
namespace {

constexpr auto look_interval = std::chrono::milliseconds{5};
constexpr std::int64_t second = 1'000'000'000;
constexpr double connect_patience = 30;  // seconds without one more let in or refused
constexpr double drain_patience = 3;     // seconds in which nothing more comes
constexpr double step_patience = 60;
constexpr double window_notice = 0.01;  // seconds from a window's being told to its beginning

// How a terminal's Ctrl-C, or `kill`, ends a run.
volatile std::sig_atomic_t interrupted = 0;

void end_by_signal() {
    struct sigaction action {};
    action.sa_handler = [](int) { interrupted = 1; };
    action.sa_flags = static_cast<int>(SA_RESETHAND);  // the second time it is deadly
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

void raise_descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

// The life of a forked process.
int be_worker(const Plan& plan, SharedRun& run, const Tokens& tokens, std::uint32_t process,
              std::uint32_t mark_run, RoleMaker make_role) {
    raise_descriptor_limit();
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGINT, SIG_IGN);  // the parent's business
    auto worker = Worker::create(plan, run, tokens, process, mark_run);
    if (!worker.ok()) {
        copy_text(worker.error().message, run.process(process).failure);
        run.process(process).failed.store(true);
        return 1;
    }
    (*worker)->run(make_role);
    return 0;
}

}  // namespace

Conductor::Conductor(const Plan& plan, std::unique_ptr<SharedRun> run)
    : plan_(plan), run_(std::move(run)) {}

Conductor::~Conductor() {
    for (const pid_t process : processes_) kill(process, SIGKILL);
    for (const pid_t process : processes_) waitpid(process, nullptr, 0);
    if (showed_) std::fputc('\n', stderr);
}

Result<std::unique_ptr<Conductor>> Conductor::start(const Plan& plan, const Tokens& tokens,
                                                    RoleMaker make_role) {
    TRY(auto run, SharedRun::create(plan));
    std::unique_ptr<Conductor> conductor{new Conductor(plan, std::move(run))};
    conductor->shows_ = !plan.quiet && isatty(STDERR_FILENO) == 1;
    if (plan.server_pid > 0) {
        conductor->server_ = plan.server_pid;
        TRY_OK(usage_of(plan.server_pid));
    } else if (plan.target.loopback) {
        conductor->server_ = listener_on(plan.target.port);
    }
    TRY_OK(conductor->fork_all(tokens, make_role));
    end_by_signal();
    return conductor;
}

Status Conductor::fork_all(const Tokens& tokens, RoleMaker make_role) {
    const std::uint32_t mark_run = std::random_device{}();
    const pid_t parent = getpid();
    std::fflush(stdout);
    std::fflush(stderr);
    for (std::uint32_t i = 0; i < plan_.processes; ++i) {
        const pid_t child = fork();
        if (child < 0)
            return Error{Code::internal,
                         fmt::format("fork: {}", std::system_category().message(errno))};
        if (child == 0) {
            // It ends with its parent, also when that is killed.
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            if (getppid() != parent) _exit(1);
            processes_.clear();
            _exit(be_worker(plan_, *run_, tokens, i, mark_run, make_role));
        }
        processes_.push_back(child);
    }
    return Ok{};
}

Status Conductor::look_around() {
    TRY_OK(look_after_processes());
    if (measured_) return Ok{};
    if (interrupted != 0) return Error{Code::unavailable, "interrupted"};
    if (expects_somebody_ && total(&ProcessState::ready) == 0) {
        std::this_thread::sleep_for(4 * look_interval);  // until it is said why
        return Error{Code::unavailable, "nobody is connected any more"};
    }
    return Ok{};
}

Status Conductor::look_after_processes() {
    for (std::uint32_t i = 0; i < processes_.size(); ++i) {
        int status = 0;
        if (waitpid(processes_[i], &status, WNOHANG) != processes_[i]) continue;
        processes_.erase(processes_.begin() + i);
        const auto& state = run_->process(i);
        if (state.failed.load()) return Error{Code::internal, state.failure.data()};
        return Error{
            Code::internal,
            WIFSIGNALED(status)
                ? fmt::format("a process of the generator was ended by signal {}", WTERMSIG(status))
                : std::string{"a process of the generator ended before its time"}};
    }
    return Ok{};
}

// --- Steps ---------------------------------------------------------------------------------------

std::uint32_t Conductor::give(Command command) {
    auto& common = run_->common();
    common.command.store(command);
    const std::uint32_t step = common.step.fetch_add(1) + 1;
    for (std::uint32_t i = 0; i < plan_.processes; ++i) run_->wake(i);
    return step;
}

Status Conductor::tell(Command command) {
    const std::uint32_t step = give(command);
    const auto done = [&] {
        for (std::uint32_t i = 0; i < plan_.processes; ++i) {
            if (run_->process(i).step_done.load(std::memory_order_acquire) != step) return false;
        }
        return true;
    };
    TRY(const bool all, wait(
                            "waiting", done, [] { return std::uint64_t{0}; }, step_patience));
    if (!all) return Error{Code::internal, "a process of the generator does not answer"};
    return Ok{};
}

Result<bool> Conductor::wait(const char* what, const std::function<bool()>& reached,
                             const std::function<std::uint64_t()>& progress,
                             double patience_seconds) {
    std::uint64_t last = progress();
    std::int64_t moved = now_nanoseconds();
    while (!reached()) {
        std::this_thread::sleep_for(look_interval);
        TRY_OK(look_around());
        show(what);
        const std::int64_t now = now_nanoseconds();
        const std::uint64_t here = progress();
        if (here != last) {
            last = here;
            moved = now;
        } else if (static_cast<double>(now - moved) > patience_seconds * second) {
            return false;
        }
    }
    return true;
}

Status Conductor::pass(double seconds, const char* what) {
    const std::int64_t end =
        now_nanoseconds() + static_cast<std::int64_t>(seconds * static_cast<double>(second));
    while (true) {
        const std::int64_t left = end - now_nanoseconds();
        if (left <= 0) return Ok{};
        std::this_thread::sleep_for(
            std::min<std::chrono::nanoseconds>(std::chrono::nanoseconds{left}, look_interval * 4));
        TRY_OK(look_around());
        show(what);
    }
}

Status Conductor::connect(std::uint32_t until) {
    run_->common().connect_until.store(until);
    TRY_OK(tell(Command::connect));
    const auto answered = [&] {
        return total(&ProcessState::ready) + total(&ProcessState::refused) +
               total(&ProcessState::disconnected);
    };
    const double patience = connect_patience + plan_.ramp_interval();
    TRY(const bool all, wait(
                            "connecting", [&] { return answered() >= until; }, answered, patience));
    if (!all) TRY_OK(tell(Command::explain));
    const std::uint64_t ready = total(&ProcessState::ready);
    if (ready == 0)
        return Error{Code::unavailable,
                     fmt::format("none of {} connections was let in", with_commas(until))};
    if (!all)
        return Error{Code::unavailable,
                     fmt::format("{} of {} connections were let in, then none for {:.0f} s",
                                 with_commas(ready), with_commas(until), patience)};
    expects_somebody_ = true;
    return Ok{};
}

void Conductor::take_usage_before() {
    report_.server_before = server_usage();
    generator_before_ = generator_cpu();
    window_began_ = now_nanoseconds();
}

void Conductor::take_usage_after() {
    report_.seconds =
        static_cast<double>(now_nanoseconds() - window_began_) / static_cast<double>(second);
    report_.server_after = server_usage();
    report_.generator_seconds = std::max(0.0, generator_cpu() - generator_before_);
    report_.generator_cores = std::min(plan_.processes, usable_cpus());
}

Status Conductor::run_window(std::size_t window, double seconds) {
    TimeWindow& times = run_->common().windows[window];
    // A little ahead: what is sent while this is written is in no window, for nobody.
    const std::int64_t from =
        now_nanoseconds() + static_cast<std::int64_t>(window_notice * static_cast<double>(second));
    times.until.store(from + static_cast<std::int64_t>(seconds * static_cast<double>(second)));
    times.from.store(from);
    TRY_OK(pass(window_notice, "measuring"));
    take_usage_before();
    Status passed = pass(seconds, "measuring");
    take_usage_after();
    if (passed.ok()) {
        measured_ = window == 0;
    } else if (window != 0) {
        return passed;
    } else {
        measured_ = true;
        times.until.store(now_nanoseconds());
        report_.faults.push_back(fmt::format("{}; measured were {:.1f} s instead of {:.1f}",
                                             passed.error().message, report_.seconds, seconds));
    }
    return Ok{};
}

Status Conductor::measure() {
    TRY_OK(tell(Command::begin));
    TRY_OK(pass(plan_.warm_up, "warming up"));
    TRY_OK(run_window(0, plan_.duration));
    TRY_OK(tell(Command::end));
    return drain();
}

Status Conductor::drain() {
    const auto expected = [&] {
        const auto& common = run_->common();
        std::uint64_t sum = 0;
        for (std::uint32_t i = 0; i < common.streams_count.load(); ++i) {
            const StreamEntry& stream = common.streams[i];
            sum += (stream.published.load() - stream.refused.load()) *
                   common.rooms[stream.room.load()].members.load();
        }
        return sum;
    };
    const auto received = [&] { return total(&ProcessState::received); };
    const auto outstanding = [&] { return total(&ProcessState::outstanding); };
    // Of those that are still there: what a lost connection had received makes up for nobody.
    // First what is expected, then what to leave out, as the processes write it the other way
    // round.
    const auto complete = [&] {
        const std::uint64_t wanted = expected();
        const std::uint64_t withdrawn = total(&ProcessState::withdrawn);
        return received() - withdrawn >= wanted && outstanding() == 0;
    };
    // Nothing new is sent: with whatever comes it grows.
    const auto progress = [&] { return received() - outstanding(); };
    TRY([[maybe_unused]] const bool all,
        wait("waiting for the last", complete, progress, drain_patience));
    return Ok{};
}

// --- Rooms ---------------------------------------------------------------------------------------

Result<std::uint32_t> Conductor::common_room() {
    const auto ready = total(&ProcessState::ready);
    const auto& rooms = run_->common().rooms;
    if (!plan_.room.empty()) {
        const std::uint32_t index = run_->room_index(plan_.room);
        const std::uint64_t members = index == SharedRun::no_room ? 0 : rooms[index].members.load();
        if (members == 0)
            return Error{Code::invalid,
                         fmt::format("no connected user is in the room \"{}\"", plan_.room),
                         "room"};
        return index;
    }
    // A class before a course before an institution: the alphabet happens to say so, but for
    // groups.
    std::optional<std::uint32_t> best;
    const auto rank = [&](std::uint32_t index) {
        const std::string_view name = rooms[index].name();
        const std::array kinds{"class-", "course-", "group-", "institution-"};
        const auto* const found = std::find_if(
            kinds.begin(), kinds.end(), [&](const char* kind) { return name.starts_with(kind); });
        return std::pair{found - kinds.begin(), name};
    };
    for (std::uint32_t i = 0; i < rooms.size(); ++i) {
        if (rooms[i].members.load() != ready) continue;
        if (!best || rank(i) < rank(*best)) best = i;
    }
    if (!best)
        return Error{Code::invalid,
                     fmt::format("no room has all {} connected users as members; name one with "
                                 "--room",
                                 with_commas(ready)),
                     "room"};
    return *best;
}

void Conductor::add_stream(std::uint32_t room, std::uint32_t publisher) {
    auto& common = run_->common();
    const std::uint32_t index = common.streams_count.load();
    common.streams[index].room.store(room);
    common.streams[index].publisher.store(publisher);
    common.streams_count.store(index + 1);
}

// --- Reading -------------------------------------------------------------------------------------

std::uint64_t Conductor::published() const {
    const auto& common = run_->common();
    std::uint64_t sum = 0;
    for (std::uint32_t i = 0; i < common.streams_count.load(); ++i)
        sum += common.streams[i].published.load();
    return sum;
}

std::uint64_t Conductor::total(Counter ProcessState::*counter) const {
    std::uint64_t sum = 0;
    for (std::uint32_t i = 0; i < plan_.processes; ++i) sum += (run_->process(i).*counter).get();
    return sum;
}

std::uint64_t Conductor::total(std::size_t window, Counter WindowState::*counter) const {
    std::uint64_t sum = 0;
    for (std::uint32_t i = 0; i < plan_.processes; ++i)
        sum += (run_->process(i).windows[window].*counter).get();
    return sum;
}

std::unique_ptr<Histogram> Conductor::merged(std::size_t window,
                                             Histogram WindowState::*histogram) const {
    auto sum = std::make_unique<Histogram>();
    for (std::uint32_t i = 0; i < plan_.processes; ++i)
        sum->add(run_->process(i).windows[window].*histogram);
    return sum;
}

std::optional<ProcessUsage> Conductor::server_usage() const {
    if (!server_) return std::nullopt;
    auto usage = usage_of(*server_);
    // A process that has ended, and that its parent has not looked after, holds nothing.
    if (!usage.ok() || usage->resident_bytes == 0) return std::nullopt;
    return *usage;
}

double Conductor::generator_cpu() const {
    double sum = 0;
    for (const pid_t process : processes_) {
        const auto usage = usage_of(process);
        if (usage.ok()) sum += usage->cpu_seconds();
    }
    // What was spent on waiting awake is not work.
    for (std::uint32_t i = 0; i < plan_.processes; ++i)
        sum -= static_cast<double>(run_->process(i).idle.load()) / static_cast<double>(second);
    return sum;
}

std::vector<std::pair<std::string, std::uint64_t>> Conductor::reasons() const {
    std::vector<std::pair<std::string, std::uint64_t>> all;
    for (std::uint32_t i = 0; i < plan_.processes; ++i) {
        const ProcessState& state = run_->process(i);
        for (std::size_t k = 0; k < state.reasons_count.get(); ++k) {
            const std::string text = state.reasons[k].text.data();
            const auto found = std::find_if(all.begin(), all.end(),
                                            [&](const auto& one) { return one.first == text; });
            const std::uint64_t count = state.reasons[k].count.get();
            if (found == all.end()) {
                all.emplace_back(text, count);
            } else {
                found->second += count;
            }
        }
    }
    std::sort(all.begin(), all.end(),
              [](const auto& a, const auto& b) { return a.second > b.second; });
    return all;
}

Error Conductor::with_reasons(Error error) const {
    const char* before = ":";
    for (const auto& [reason, count] : reasons())
        error.message +=
            fmt::format("{}\n  {} × {}", std::exchange(before, ""), with_commas(count), reason);
    return error;
}

void Conductor::show(const char* what) {
    if (!shows_) return;
    const std::int64_t now = now_nanoseconds();
    if (now - shown_at_ < second) return;
    const double seconds = static_cast<double>(now - shown_at_) / static_cast<double>(second);
    const std::uint64_t delivered = total(&ProcessState::received);
    const std::uint64_t acked = total(&ProcessState::acked);
    if (shown_at_ != 0) {
        const auto rate = [&](std::uint64_t here, std::uint64_t before) {
            return with_commas(
                static_cast<std::uint64_t>(static_cast<double>(here - before) / seconds));
        };
        const std::string text =
            fmt::format("{}: {} connected, {} deliveries/s, {} answers/s", what,
                        with_commas(total(&ProcessState::ready)), rate(delivered, shown_delivered_),
                        rate(acked, shown_acked_));
        std::fprintf(stderr, "\r%-78s", text.c_str());
        std::fflush(stderr);
        showed_ = true;
    }
    shown_at_ = now;
    shown_delivered_ = delivered;
    shown_acked_ = acked;
}

Status Conductor::finish() {
    TRY_OK(tell(Command::check));
    report_.connected = total(&ProcessState::ready);
    report_.sent = total(0, &WindowState::sent);
    report_.delivered = total(0, &WindowState::delivered);
    report_.acked = total(0, &WindowState::acked);
    report_.wire_bytes = total(0, &WindowState::wire_bytes);
    report_.latency = latency_of(*merged(0, &WindowState::latency));
    report_.ack_latency = latency_of(*merged(0, &WindowState::ack_latency));
    report_.lost = total(&ProcessState::lost);
    report_.duplicated = total(&ProcessState::duplicated);
    report_.disordered = total(&ProcessState::disordered);
    report_.misdelivered = total(&ProcessState::misdelivered);
    report_.given_up = total(&ProcessState::given_up);
    report_.disconnected = total(&ProcessState::disconnected);
    report_.let_in = report_.connected + report_.disconnected + total(&ProcessState::ended_stalled);
    report_.refused = total(&ProcessState::refused);
    report_.refused_requests = total(&ProcessState::refused_requests);
    report_.unanswered = total(&ProcessState::outstanding);
    report_.unsent = total(&ProcessState::unsent);
    report_.due = published() + report_.unsent;
    report_.reasons = reasons();
    report_.find_faults();
    give(Command::quit);
    for (const pid_t process : processes_) waitpid(process, nullptr, 0);
    processes_.clear();
    return Ok{};
}

}  // namespace homeroom::load
