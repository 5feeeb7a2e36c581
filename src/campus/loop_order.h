// Work for every loop in one order, also where it takes a loop several turns: the writer's events
// and the re-routes between them.
//
//   everywhere(a), everywhere(b)      each loop ends all of a before it begins b
//   turn := … one step of a …         between two steps it serves its connections
//
// everywhere() is called by one thread, the store's writer; the rest is the loops'. What is given
// waits for what was given before it: as much as the writer commits in those turns.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "hub/server.h"

namespace homeroom::campus {

class LoopOrder {
public:
    enum class Step : std::uint8_t { finished, next_turn };
    // Called once a turn until it is finished.
    using Work = std::function<Step(hub::Hub&)>;

    explicit LoopOrder(hub::Server& server) : server_(server), lanes_(server.loops()) {}

    // `make` is called on each loop: each has its own work. `done` follows on the last of them.
    void everywhere(std::function<Work()> make, std::function<void()> done = {});

private:
    struct Task {
        Work work;
        std::function<void()> ended;
    };
    void go_on(hub::Hub& hub);

    hub::Server& server_;
    std::vector<std::deque<Task>> lanes_;  // one a loop, touched on that loop alone
};

}  // namespace homeroom::campus
