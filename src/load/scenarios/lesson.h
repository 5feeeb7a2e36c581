// What an exam and a restart have in common: a few publish for all, before, meanwhile and after.
// The parent's side.
#pragma once

#include <array>
#include <cstdint>

#include "load/conductor.h"

namespace homeroom::load {

inline constexpr std::array<std::uint64_t, 3> lesson_posts{10, 50, 10};  // of each publisher

// The publishers of a room: the first few of its members, or one where not all are in it.
void add_lesson_streams(Conductor& conductor, std::uint32_t room);

double seconds_since(std::int64_t time);

// Into the report: how many of those who were connected came back with what they had missed. Each
// who did not, or without, is a fault.
void report_returns(Conductor& conductor, std::uint64_t connected);

}  // namespace homeroom::load
