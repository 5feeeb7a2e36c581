// What the program asks of operator new, counted for as long as it is wanted. Over-aligned requests
// are not counted: nothing on the way of a message makes any.
//
// One thread at a time may allocate while it counts: the loop, with the main thread waiting for it.
#pragma once

#include <cstdint>

namespace homeroom::counts {

struct Allocations {
    std::int64_t made = 0;
    std::int64_t freed = 0;
    std::int64_t bytes = 0;  // asked for by those that were made
};

void start_counting_allocations();
Allocations stop_counting_allocations();

}  // namespace homeroom::counts
