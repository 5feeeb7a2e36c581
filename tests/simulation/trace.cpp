#include "trace.h"

#include <array>
#include <csignal>
#include <cstdio>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace homeroom::simulation {
namespace {

struct Trace {
    std::uint64_t seed = 0;
    bool aloud = false;
    std::array<std::string, steps_told> last{};
    std::uint64_t count = 0;
    std::uint64_t digest = 0;
};

std::span<char> room_for_words;

Trace& trace() {
    static Trace one;
    return one;
}

void tell_last() {
    const Trace& now = trace();
    const std::uint64_t first = now.count > steps_told ? now.count - steps_told : 0;
    for (std::uint64_t i = first; i < now.count; ++i) {
        std::fprintf(stderr, "%7llu  %s\n", static_cast<unsigned long long>(i),
                     now.last[i % steps_told].c_str());
    }
}

void on_signal(int number) {
    std::signal(number, SIG_DFL);
    tell_last();
    std::fprintf(stderr, "seed %llu: signal %d\n", static_cast<unsigned long long>(trace().seed),
                 number);
    std::raise(number);
}

}  // namespace

void begin_trace(std::uint64_t seed, bool aloud) {
    trace() = Trace{.seed = seed, .aloud = aloud};
}

void note(std::string line) {
    Trace& now = trace();
    // FNV-1a
    for (const char c : line)
        now.digest = (now.digest ^ static_cast<unsigned char>(c)) * 1099511628211U;
    if (now.aloud)
        std::fprintf(stderr, "%7llu  %s\n", static_cast<unsigned long long>(now.count),
                     line.c_str());
    now.last[now.count++ % steps_told] = std::move(line);
}

std::uint64_t trace_digest() {
    return trace().digest;
}

std::uint64_t trace_length() {
    return trace().count;
}

std::uint64_t traced_seed() {
    return trace().seed;
}

void keep_words_in(std::span<char> room) {
    room_for_words = room;
}

void fail(const std::string& what) {
    if (!room_for_words.empty())
        std::snprintf(room_for_words.data(), room_for_words.size(), "%s", what.c_str());
    if (!trace().aloud) tell_last();
    std::fprintf(stderr, "seed %llu: %s\n", static_cast<unsigned long long>(trace().seed),
                 what.c_str());
    std::fflush(stderr);
    _exit(exit_of_a_finding);
}

void tell_when_killed() {
    for (const int number : {SIGABRT, SIGSEGV, SIGFPE, SIGBUS}) std::signal(number, on_signal);
}

}  // namespace homeroom::simulation
