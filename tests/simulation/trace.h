// What has happened in the seed that runs: the last of it is told when something is wrong. A
// process has one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace homeroom::simulation {

inline constexpr std::size_t steps_told = 60;

void begin_trace(std::uint64_t seed, bool aloud);
// One line. Also a part of what two runs of a seed are compared by.
void note(std::string line);
std::uint64_t trace_digest();
std::uint64_t trace_length();
std::uint64_t traced_seed();

// Says what is wrong, the seed and the last steps, and ends the process with 3.
[[noreturn]] void fail(const std::string& what);
// Where fail() leaves its words, too, for whoever shares that memory.
void keep_words_in(std::span<char> room);
// Of a signal that ends the process: the same.
void tell_when_killed();

inline constexpr int exit_of_a_finding = 3;

}  // namespace homeroom::simulation
