#include "load/plan.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <sys/resource.h>

#include "load/mark.h"

namespace homeroom::load {
namespace {

struct Named {
    Scenario scenario;
    std::string_view name;
    std::uint32_t connections;
    std::uint32_t in_flight;
    double rate;
};

constexpr std::array scenarios{
    Named{Scenario::fanout, "fanout", 1'000, 16, 0},
    Named{Scenario::rooms, "rooms", 0, 1, 0},
    Named{Scenario::echo, "echo", 1'000, 1, 0},
    Named{Scenario::idle, "idle", 5'000, 1, 0},
    Named{Scenario::connect, "connect", 5'000, 1, 0},
    Named{Scenario::feed, "feed", 0, 1, 0},
    Named{Scenario::lecture, "lecture", 5'000, 1, 50},
    Named{Scenario::exam, "exam", 1'000, 1, 0},
    Named{Scenario::slow, "slow", 100, 1, 50},
    Named{Scenario::restart, "restart", 1'000, 1, 0},
};

const Named& named(Scenario scenario) {
    return *std::find_if(scenarios.begin(), scenarios.end(),
                         [&](const Named& one) { return one.scenario == scenario; });
}

// A process also has its loop, the standard streams and what it looks up.
constexpr rlim_t descriptors_kept = 64;

std::uint32_t connections_per_process() {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    const auto most = std::min<rlim_t>(limit.rlim_max, connections_max);
    return static_cast<std::uint32_t>(most <= 2 * descriptors_kept ? descriptors_kept
                                                                   : most - descriptors_kept);
}

Error wrong(const char* option, std::string why) {
    return {Code::invalid, fmt::format("--{} {}", option, why), option};
}

Status check_tokens(const Plan& plan) {
    const auto given = (plan.data.empty() ? 0 : 1) + (plan.secret_file.empty() ? 0 : 1) +
                       (plan.tokens_file.empty() ? 0 : 1);
    if (plan.application == Application::campus && given != 1) {
        return Error{Code::invalid,
                     "the users must sign in: give --data (the server's data directory), "
                     "--secret-file or --tokens, one of the three; or --app rooms for a server "
                     "without sign-in",
                     "tokens"};
    }
    if (plan.application == Application::rooms && given != 0)
        return Error{Code::invalid, "tokens are for --app campus: --app rooms signs nobody in",
                     "tokens"};
    return Ok{};
}

Status check_scenario(const Plan& plan) {
    const bool has_rate = plan.scenario == Scenario::fanout || plan.scenario == Scenario::rooms ||
                          plan.scenario == Scenario::lecture || plan.scenario == Scenario::slow ||
                          plan.scenario == Scenario::feed;
    if (plan.rate > 0 && !has_rate)
        return wrong("rate", "is for fanout, rooms, lecture, slow and feed");
    const bool campus_only = plan.scenario == Scenario::feed || plan.comes_slowly();
    if (campus_only && plan.application != Application::campus)
        return Error{Code::invalid,
                     fmt::format("\"{}\" is of Homeroom itself (--app campus): a bare server has "
                                 "no posts that are kept",
                                 to_string(plan.scenario)),
                     "app"};
    if (plan.comes_slowly() && plan.connections <= exam_publishers_max)
        return wrong("connections", fmt::format("must be more than {} for an exam or a restart: so "
                                                "many publish",
                                                exam_publishers_max));
    if (plan.scenario == Scenario::slow && std::uint64_t{plan.stalled} + 2 > plan.connections)
        return wrong("stalled", fmt::format("{} of {} connections leaves no speaker and listener",
                                            plan.stalled, plan.connections));
    if (plan.scenario == Scenario::feed && plan.writers > plan.connections)
        return wrong("writers",
                     fmt::format("{} is more than {} connections", plan.writers, plan.connections));
    if (plan.scenario == Scenario::rooms && plan.application == Application::rooms &&
        (plan.room_size == 0 || plan.rooms == 0 || plan.connections < plan.rooms))
        return wrong("rooms", fmt::format("{} of {} members are not to be had with {} connections",
                                          plan.rooms, plan.room_size, plan.connections));
    return Ok{};
}

Status check_numbers(const Plan& plan) {
    if (plan.rooms > streams_max || plan.writers > streams_max)
        return wrong(plan.rooms > streams_max ? "rooms" : "writers",
                     fmt::format("must be at most {}", streams_max));
    if (plan.connections == 0 || plan.connections > connections_max)
        return wrong("connections", fmt::format("must be 1 to {}", connections_max));
    if (plan.processes > processes_max)
        return wrong("processes", fmt::format("must be at most {}{}", processes_max,
                                              "; raise the limit of open files (ulimit -Hn)"));
    if (plan.in_flight > in_flight_max)
        return wrong("in-flight", fmt::format("must be at most {}", in_flight_max));
    if (plan.payload > payload_bytes_max)
        return wrong("payload", fmt::format("must be at most {} bytes", payload_bytes_max));
    // An echo is told by the id of its answer.
    if (plan.payload < mark_bytes_max && plan.scenario != Scenario::echo)
        return wrong("payload",
                     fmt::format("must be at least {} bytes: what is measured stands in it",
                                 mark_bytes_max));
    if (!(plan.duration >= 0.1 && plan.duration <= 86'400))
        return wrong("duration", "must be 0.1 to 86400 seconds");
    if (!(plan.warm_up >= 0 && plan.warm_up <= 3'600))
        return wrong("warm-up", "must be 0 to 3600 seconds");
    if (!(plan.ramp >= 0 && plan.ramp <= 3'600)) return wrong("ramp", "must be 0 to 3600 seconds");
    // Below, what is due would not be within the run, nor within what a clock counts.
    if (plan.rate != 0 && !(plan.rate >= 0.001 && plan.rate <= 1e6))
        return wrong("rate", "must be 0.001 to 1000000 events a second");
    if (plan.server_pid < 0) return wrong("server-pid", "must be the number of a process");
    if (plan.concurrency == 0) return wrong("concurrency", "must be at least 1");
    return Ok{};
}

}  // namespace

std::string_view to_string(Scenario scenario) {
    return named(scenario).name;
}

std::string_view to_string(Application application) {
    return application == Application::campus ? "campus" : "rooms";
}

Result<Scenario> scenario_named(std::string_view name) {
    std::string names;
    for (const Named& one : scenarios) {
        if (one.name == name) return one.scenario;
        names += names.empty() ? "" : ", ";
        names += one.name;
    }
    return Error{Code::invalid,
                 fmt::format("there is no scenario \"{}\"; there are {}", name, names), "scenario"};
}

std::uint32_t Plan::process_of(std::uint32_t connection) const {
    auto process = static_cast<std::uint32_t>(std::uint64_t{connection} * processes / connections);
    while (connection < first(process)) --process;
    while (connection >= first(process + 1)) ++process;
    return process;
}

Result<Plan> complete(Plan plan) {
    const Named& defaults = named(plan.scenario);
    if (plan.url.empty()) return wrong("url", "is missing: the server, like http://127.0.0.1:8080");
    if (plan.in_flight == 0) plan.in_flight = defaults.in_flight;
    if (plan.rate == 0) plan.rate = defaults.rate;
    if (plan.room_size == 0) plan.room_size = 30;
    if (plan.rooms == 0) {
        plan.rooms = plan.connections == 0 ? 600 : std::max(plan.connections / plan.room_size, 1U);
        plan.rooms = std::min(plan.rooms, streams_max);
        // A user of a campus is in more than one class.
        if (plan.application == Application::campus && plan.connections != 0)
            plan.rooms = streams_max;
    }
    if (plan.scenario == Scenario::feed && plan.writers == 0)
        plan.writers = plan.connections == 0 ? 1'000 : std::min(plan.connections, 1'000U);
    if (plan.connections == 0) {
        const auto wanted = plan.scenario == Scenario::rooms
                                ? std::uint64_t{plan.rooms} * plan.room_size
                            : plan.scenario == Scenario::feed ? plan.writers
                                                              : defaults.connections;
        plan.connections =
            static_cast<std::uint32_t>(std::min<std::uint64_t>(wanted, connections_max + 1));
    }
    if (plan.room.empty()) plan.room = plan.application == Application::rooms ? "bench" : "";
    TRY_OK(check_numbers(plan));
    TRY_OK(check_tokens(plan));
    TRY_OK(check_scenario(plan));
    TRY(plan.target, parse_target(plan.url));
    if (plan.addresses != 0) {
        if (!plan.target.loopback || plan.target.address.ss_family != AF_INET)
            return wrong("addresses", "is for a server on 127.0.0.1");
        if (plan.addresses > addresses_max)
            return wrong("addresses", fmt::format("must be at most {}", addresses_max));
    } else if (plan.target.loopback && plan.target.address.ss_family == AF_INET &&
               plan.connections > connections_per_address) {
        plan.addresses = (plan.connections + connections_per_address - 1) / connections_per_address;
    }
    const std::uint32_t most = connections_per_process();
    if (plan.processes == 0) plan.processes = (plan.connections + most - 1) / most;
    plan.processes = std::min(plan.processes, plan.connections);
    if (plan.processes > processes_max || (plan.connections - 1) / plan.processes >= most) {
        return wrong("processes",
                     fmt::format("{} can't hold {} connections: a process may have {} here, and "
                                 "there are {} at most (see ulimit -Hn)",
                                 plan.processes, plan.connections, most, processes_max));
    }
    return plan;
}

}  // namespace homeroom::load
