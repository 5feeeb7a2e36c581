#include "app/bench_command.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "load/bench.h"
#include "load/roster_package.h"

namespace homeroom::app {
namespace {

constexpr int exit_failed = 1;
constexpr int exit_usage = 2;

// Where 0 would quietly stand for the default. What is no number at all CLI11 says itself.
std::string positive(const std::string& text) {
    const bool good = std::strtod(text.c_str(), nullptr) > 0;
    return good ? "" : text + " is not more than 0; leave the option out for its default";
}

int complain(const Error& error) {
    std::fprintf(stderr, "homeroom bench: %s\n", error.message.c_str());
    return error.code == Code::invalid ? exit_usage : exit_failed;
}

int write_roster(const std::string& folder, const load::RosterSize& size) {
    const auto package = load::write_roster(folder, size);
    if (!package.ok()) return complain(package.error());
    std::printf("%s: %u users, %u classes, %llu enrolments\n", folder.c_str(), package->users,
                package->classes, static_cast<unsigned long long>(package->enrollments));
    return 0;
}

// A long run must not end with a file that can't be written. Leaves none where there was none.
bool can_write_json(const std::string& path) {
    if (path.empty() || path == "-") return true;
    std::error_code error;
    const bool was_there = std::filesystem::exists(path, error);
    const bool opened = std::ofstream(path, std::ios::app).is_open();
    if (opened && !was_there) std::filesystem::remove(path, error);
    return opened;
}

bool write_json(const std::string& path, const nlohmann::ordered_json& json) {
    // What a server said may be no UTF-8.
    const std::string text = json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
    if (path == "-") return std::printf("%s\n", text.c_str()) >= 0 && std::fflush(stdout) == 0;
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << text << "\n";
    file.close();
    return file.good();
}

// Options that only these scenarios have. Whoever gives one to another expects what it will not do.
struct ScenarioOption {
    const char* name = nullptr;
    std::array<std::string_view, 3> scenarios{};
};
constexpr std::array scenario_options{
    ScenarioOption{"--room", {"fanout", "lecture", "slow"}},
    ScenarioOption{"--rooms", {"rooms"}},
    ScenarioOption{"--room-size", {"rooms"}},
    ScenarioOption{"--writers", {"feed"}},
    ScenarioOption{"--stalled", {"slow"}},
    ScenarioOption{"--ramp", {"exam", "restart"}},
    ScenarioOption{"--signal", {"restart"}},
};

Status check_options(const CLI::App& command, std::string_view scenario) {
    for (const auto& [name, scenarios] : scenario_options) {
        if (command.count(name) == 0) continue;
        if (std::find(scenarios.begin(), scenarios.end(), scenario) != scenarios.end()) continue;
        std::string words = std::string{name} + " is for";
        for (const std::string_view one : scenarios) {
            if (!one.empty()) words.append(" ").append(one);
        }
        return Error{Code::invalid, words + ", not for " + std::string{scenario}, name};
    }
    return Ok{};
}

}  // namespace

struct BenchCommand::Parts {
    CLI::App* command = nullptr;
    load::Plan plan{};
    std::string scenario{};
    std::string application = "campus";
    CLI::App* roster = nullptr;
    std::string folder{};
    load::RosterSize roster_size{};

    void add_roster_command();
    void add_scenario_options();
    void add_user_options();
};

void BenchCommand::Parts::add_scenario_options() {
    command->add_option("--room", plan.room,
                        "fanout, lecture, slow: the room (default: the best that all are in)");
    command->add_option("--rooms", plan.rooms, "rooms: how many (default 600)")->check(positive);
    command->add_option("--room-size", plan.room_size, "rooms: members of each (default 30)")
        ->check(positive);
    command
        ->add_option("--in-flight", plan.in_flight,
                     "events under way at once per publisher (fanout 16, others 1)")
        ->check(positive);
    command
        ->add_option("--rate", plan.rate,
                     "fanout, rooms, lecture, slow, feed: events a second in all, by the clock "
                     "instead of --in-flight (lecture and slow 50)")
        ->check(positive);
    command->add_option("--payload", plan.payload, "bytes of each text (64 or more, but for echo)")
        ->capture_default_str();
    command->add_option("--duration", plan.duration, "measured seconds")->capture_default_str();
    command->add_option("--warm-up", plan.warm_up, "seconds before")->capture_default_str();
    command->add_option("--writers", plan.writers, "feed: writers at once (default 1000)")
        ->check(positive);
    command->add_option("--stalled", plan.stalled, "slow: readers that stop reading")
        ->capture_default_str();
    command->add_option("--ramp", plan.ramp, "exam, restart: seconds over which all connect")
        ->capture_default_str();
    command->add_option("--signal", plan.signal, "restart: what the server gets")
        ->check(CLI::IsMember({"TERM", "KILL"}))
        ->capture_default_str();
}

void BenchCommand::Parts::add_user_options() {
    command->add_option("--data", plan.data,
                        "the server's data directory: tokens are signed with its secret");
    command->add_option("--secret-file", plan.secret_file, "… or with the secret in this file");
    command->add_option("--tokens", plan.tokens_file, "… or are the lines of this file");
    command->add_option("--users", plan.users, "ids of the users: this and a number from 0 on")
        ->capture_default_str();
}

void BenchCommand::Parts::add_roster_command() {
    roster = command->add_subcommand("roster", "write a school for load tests (OneRoster CSV)");
    roster->add_option("folder", folder, "where; then: homeroom import oneroster FOLDER")
        ->required();
    roster->add_option("--users", roster_size.users, "u0, u1, …")->required();
    roster->add_option("--class-size", roster_size.class_size, "of the two classes of each user")
        ->check(positive)
        ->capture_default_str();
    roster
        ->add_option("--lecture", roster_size.lecture,
                     "users of the class \"lecture\" (default: all)")
        ->check(positive);
}

BenchCommand::BenchCommand(CLI::App& cli) : parts_(std::make_unique<Parts>()) {
    load::Plan& plan = parts_->plan;
    CLI::App* const command = cli.add_subcommand("bench", "put a server under load and measure it");
    parts_->command = command;
    command->add_option("scenario", parts_->scenario,
                        "fanout, rooms, echo, idle, connect, feed, lecture, exam, slow or "
                        "restart; see "
                        "docs/bench.md");
    parts_->add_roster_command();
    command->add_option("--url", plan.url, "the server, like http://127.0.0.1:8080");
    command
        ->add_option("--app", parts_->application,
                     "campus: Homeroom; rooms: a bare server with join, publish and echo")
        ->check(CLI::IsMember({"campus", "rooms"}))
        ->capture_default_str();
    command
        ->add_option(
            "--connections", plan.connections,
            "sockets in all (default: fanout, echo, exam, restart 1000; lecture, idle, connect "
            "5000; slow 100; rooms: "
            "--rooms × --room-size; feed: --writers)")
        ->check(positive);
    command
        ->add_option("--processes", plan.processes,
                     "generator processes (default: as many as the limit of open files asks "
                     "for)")
        ->check(positive);
    command
        ->add_option("--addresses", plan.addresses,
                     "loopback source addresses from 127.0.0.2 on (default: one for each 12000 "
                     "connections)")
        ->check(positive);
    command
        ->add_option("--concurrency", plan.concurrency,
                     "connections being opened at once by a process")
        ->check(positive)
        ->capture_default_str();
    parts_->add_user_options();
    parts_->add_scenario_options();
    command
        ->add_option("--server-pid", plan.server_pid,
                     "process whose CPU and memory are read (default: who listens on the port, "
                     "if on this machine)")
        ->check(positive);
    command->add_option("--json", plan.json, "write the result as JSON to this file; - : stdout");
    command->add_flag("--busy-poll", plan.busy_poll,
                      "the generator never sleeps, so that no server pays for waking it");
    command->add_flag("--quiet", plan.quiet, "no line of progress");
}

BenchCommand::~BenchCommand() = default;

bool BenchCommand::parsed() const {
    return parts_->command->parsed();
}

int BenchCommand::run() {
    if (parts_->roster->parsed()) return write_roster(parts_->folder, parts_->roster_size);
    load::Plan& plan = parts_->plan;
    if (parts_->scenario.empty())
        return complain({Code::invalid,
                         "name a scenario, or \"roster\"; `homeroom bench --help` lists them",
                         "scenario"});
    const auto scenario = load::scenario_named(parts_->scenario);
    if (!scenario.ok()) return complain(scenario.error());
    const Status fits = check_options(*parts_->command, parts_->scenario);
    if (!fits.ok()) return complain(fits.error());
    plan.scenario = *scenario;
    plan.application =
        parts_->application == "rooms" ? load::Application::rooms : load::Application::campus;
    const auto completed = load::complete(plan);
    if (!completed.ok()) return complain(completed.error());
    if (!can_write_json(plan.json))
        return complain({Code::invalid, "cannot write " + plan.json, "json"});
    const auto report = load::run(*completed);
    if (!report.ok()) {
        // Who reads the file must not find an older run's result in it.
        if (report.error().code != Code::invalid && !plan.json.empty())
            write_json(plan.json, load::failure_json(*completed, report.error().message));
        return complain(report.error());
    }

    std::FILE* const table_to = plan.json == "-" ? stderr : stdout;
    std::fputs(load::to_table(*completed, *report).c_str(), table_to);
    if (std::fflush(table_to) != 0)
        return complain({Code::internal, "cannot write the result to the standard output"});
    if (!plan.json.empty() && !write_json(plan.json, load::to_json(*completed, *report)))
        return complain({Code::internal, "cannot write " + plan.json});
    return report->good() ? 0 : exit_failed;
}

}  // namespace homeroom::app
