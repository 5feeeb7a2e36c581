// Turns of a loop, counted: allocations always, instructions when the program runs in callgrind,
// which then writes one profile a measurement, named after it.
//
// What counts is the whole of the turns, from the mail that begins the first to the end of the
// last: the sending, the epoll and eventfd calls, the gathered writes, the freeing.
#pragma once

#include <cstddef>
#include <functional>
#include <future>
#include <string>

#include "allocations.h"
#include "hub/server.h"

namespace homeroom::counts {

class Measurement {
public:
    // `turn` is run on the loop, as often as said, once a turn.
    Measurement(hub::Server& server, std::string name, std::size_t turns,
                std::function<void()> turn);

    Allocations run();  // waits for the end

private:
    void take_turn(hub::Hub& hub);
    static void start_instructions();
    void stop_instructions() const;

    hub::Server& server_;
    std::string name_;
    std::size_t turns_;
    std::function<void()> turn_;
    std::size_t taken_ = 0;
    std::promise<Allocations> done_{};
};

}  // namespace homeroom::counts
