// What libc.cpp has beside libc's own names.
#pragma once

#include <cstdint>

namespace homeroom::simulation {

// To whoever listens on this port of the machine; below 0: nobody.
int connect_to(std::uint16_t port);
// How often the system was asked for random bytes.
std::uint64_t bytes_drawn();
// Of the real clock, for measuring.
double real_seconds();

}  // namespace homeroom::simulation
