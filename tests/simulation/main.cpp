// simulation [--seeds N] [--from N] [--known FOLDER] [--mutants] [--twice]
// simulation --seed N [--mutant NAME] [--aloud]
//
//   --seeds N   so many seeds, from --from on (1), behind those of --known; each found wrong is
//   told
//               with its last steps, and by `--seed` again
//   --mutants   each fault that is built into the simulation must be found in a few seeds
//   --twice     some seeds must go the same way a second time
//
// The program drives the product's own threads, one at a time: what runs is its store (on SQLite),
// surface, feed, study groups, gateway, loop, fan-out, and both ways of Kafka, with librdkafka
// replaced (broker.h). Left out: PostgreSQL; REST; the other features, what is derived from events,
// and what is told later; pruning and replay by operators; the state of the fallback; more than one
// loop; what races are there between two instructions, because threads change only where they wait,
// lock or write to the disk.
//
// Each seed is run in a child process, some of them one after the other in each.
#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "base/log.h"
#include "libc.h"
#include "run.h"
#include "server.h"
#include "trace.h"

namespace homeroom::simulation {
namespace {

constexpr std::size_t seeds_per_child = 100;
constexpr std::uint64_t seeds_per_mutant = 60;
constexpr std::uint64_t seeds_twice = 10;

struct Options {
    std::uint64_t seeds = 0;
    std::uint64_t from = 1;
    std::optional<std::uint64_t> seed{};
    std::string known{};
    std::string mutant = "none";
    bool mutants = false;
    bool twice = false;
    bool aloud = false;
};

struct NamedMutant {
    std::string_view name;
    Mutant mutant;
};
constexpr std::array<NamedMutant, 13> mutants{
    {{"none", Mutant::none},
     {"disk-lies", Mutant::disk_lies},
     {"delivered-too-soon", Mutant::delivered_too_soon},
     {"offset-too-soon", Mutant::offset_too_soon},
     {"cursor-too-soon", Mutant::cursor_too_soon},
     {"cursor-too-late", Mutant::cursor_too_late},
     {"nobody-moves", Mutant::nobody_moves},
     {"another-key", Mutant::another_key},
     {"trusts-the-roster", Mutant::trusts_the_roster},
     {"trusts-groups", Mutant::trusts_groups},
     {"builds-on-what-failed", Mutant::builds_on_what_failed},
     {"forgets-sign-outs", Mutant::forgets_sign_outs},
     {"signs-out-the-arrived", Mutant::signs_out_the_arrived}}};

// Of the others it has yet to be shown that so few seeds find them; --mutant runs them.
constexpr bool is_shown(Mutant mutant) {
    return mutant <= Mutant::trusts_the_roster || mutant == Mutant::forgets_sign_outs;
}

std::uint64_t number_of(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc{} || end != text.data() + text.size()) {
        std::fprintf(stderr, "not a number: %s\n", std::string{text}.c_str());
        std::exit(2);
    }
    return number;
}

Options read_options(int count, char** arguments) {
    Options options;
    for (int i = 1; i < count; ++i) {
        const std::string_view name = arguments[i];
        const auto value = [&]() -> std::string_view { return ++i < count ? arguments[i] : ""; };
        if (name == "--seeds") {
            options.seeds = number_of(value());
        } else if (name == "--from") {
            options.from = number_of(value());
        } else if (name == "--seed") {
            options.seed = number_of(value());
        } else if (name == "--known") {
            options.known = value();
        } else if (name == "--mutant") {
            options.mutant = value();
        } else if (name == "--mutants") {
            options.mutants = true;
        } else if (name == "--twice") {
            options.twice = true;
        } else if (name == "--aloud") {
            options.aloud = true;
        } else {
            std::fprintf(stderr, "unknown option: %s\n", arguments[i]);
            std::exit(2);
        }
    }
    return options;
}

// The numbers in the texts of a folder, a line each; what is behind a # is for people.
std::vector<std::uint64_t> known_seeds(const std::string& folder) {
    std::vector<std::uint64_t> seeds;
    if (folder.empty()) return seeds;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".txt") continue;
        std::ifstream file{entry.path()};
        for (std::string line; std::getline(file, line);) {
            line.resize(std::min(line.find('#'), line.size()));
            while (!line.empty() && line.back() == ' ') line.pop_back();
            if (!line.empty()) seeds.push_back(number_of(line));
        }
    }
    return seeds;
}

// What a child tells its parent.
struct Shared {
    Figures figures;
    std::size_t done;  // of its list
    std::array<char, 160> words;
};

struct Outcome {
    Figures figures{};
    std::size_t done = 0;
    bool good = true;
    std::string words{};  // what is wrong
};

Outcome run_in_child(const std::vector<std::uint64_t>& seeds, Mutant mutant, bool quiet) {
    void* const memory =
        mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) std::abort();
    auto* const shared = new (memory) Shared{};
    const pid_t child = fork();
    if (child == 0) {
        if (quiet && std::freopen("/dev/null", "w", stderr) == nullptr) _exit(2);
        tell_when_killed();
        keep_words_in(shared->words);
        for (const std::uint64_t seed : seeds) {
            shared->figures += run_seed(seed, mutant, false);
            ++shared->done;
        }
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    const Outcome outcome{shared->figures, shared->done,
                          WIFEXITED(status) && WEXITSTATUS(status) == 0, shared->words.data()};
    munmap(memory, sizeof(Shared));
    return outcome;
}

// Which were found wrong.
std::vector<std::uint64_t> run_all(const std::vector<std::uint64_t>& seeds, Figures& figures) {
    std::vector<std::uint64_t> wrong;
    for (std::size_t at = 0; at < seeds.size();) {
        const std::size_t end = std::min(seeds.size(), at + seeds_per_child);
        const auto first = seeds.begin();
        const auto outcome = run_in_child(
            {first + static_cast<std::ptrdiff_t>(at), first + static_cast<std::ptrdiff_t>(end)},
            Mutant::none, false);
        figures += outcome.figures;
        at += outcome.done;
        if (outcome.good) continue;
        wrong.push_back(seeds[at]);
        ++at;
    }
    return wrong;
}

bool find_mutants() {
    bool all = true;
    for (const auto& [name, mutant] : mutants) {
        if (mutant == Mutant::none || !is_shown(mutant)) continue;
        std::uint64_t seed = 0;
        Outcome outcome;
        while (outcome.good && seed < seeds_per_mutant)
            outcome = run_in_child({++seed}, mutant, true);
        const bool found = !outcome.good;
        std::printf(
            "%-20s %s\n", std::string{name}.c_str(),
            found ? fmt::format("found by seed {}: {}", seed, outcome.words).c_str() : "NOT FOUND");
        all = all && found;
    }
    return all;
}

bool go_the_same_way() {
    for (std::uint64_t seed = 1; seed <= seeds_twice; ++seed) {
        const auto first = run_in_child({seed}, Mutant::none, false);
        // Behind another, which must not matter.
        const auto second = run_in_child({seed + 1, seed}, Mutant::none, false);
        if (!first.good || !second.good) return false;
        if (first.figures.digest == second.figures.digest) continue;
        std::printf("seed %llu went another way the second time\n",
                    static_cast<unsigned long long>(seed));
        return false;
    }
    return true;
}

void print(const Figures& all, double seconds) {
    const auto line = [](const char* what, std::uint64_t count) {
        std::printf("%-44s %12llu\n", what, static_cast<unsigned long long>(count));
    };
    line("seeds", all.seeds);
    line("steps", all.steps);
    line("power losses", all.power_losses);
    line("stops", all.stops);
    line("faults of the disk begun or ended", all.disk_faults);
    line("faults of Kafka begun or ended", all.broker_faults);
    line("jumps of the clock", all.clock_jumps);
    line("connections cut", all.cuts);
    line("enrolments begun or ended", all.enrolments);
    line("wishes to come to a group or to leave it", all.group_moves);
    line("people disabled or enabled", all.turned);
    line("people signed out", all.sign_outs);
    line("events committed", all.committed);
    line("acknowledged", all.acknowledged);
    line("delivered to devices", all.delivered);
    line("records in Kafka", all.written);
    line("... of them repeated", all.repeated);
    line("journals compared behind a start or stop", all.compared);
    std::printf("%-44s %12.1f\n", "seconds", seconds);
}

int run(const Options& options) {
    if (options.seed) {
        for (const auto& [name, mutant] : mutants) {
            if (name != options.mutant) continue;
            tell_when_killed();
            print(run_seed(*options.seed, mutant, options.aloud), 0);
            return 0;
        }
        std::fprintf(stderr, "no such mutant: %s\n", options.mutant.c_str());
        return 2;
    }
    if (options.mutants) return find_mutants() ? 0 : 1;
    if (options.twice) return go_the_same_way() ? 0 : 1;
    const double begun = real_seconds();
    auto seeds = known_seeds(options.known);
    for (std::uint64_t i = 0; i < options.seeds; ++i) seeds.push_back(options.from + i);
    Figures figures;
    const auto wrong = run_all(seeds, figures);
    print(figures, real_seconds() - begun);
    for (const std::uint64_t seed : wrong)
        std::printf("WRONG: seed %llu\n", static_cast<unsigned long long>(seed));
    return wrong.empty() ? 0 : 1;
}

}  // namespace
}  // namespace homeroom::simulation

int main(int count, char** arguments) {
    using namespace homeroom;
    const auto options = simulation::read_options(count, arguments);
    if (options.aloud) {
        log::start(log::Level::info);
    } else {
        spdlog::set_level(spdlog::level::off);
    }
    simulation::data_directory();
    const int status = simulation::run(options);
    simulation::remove_data_directory();
    return status;
}
