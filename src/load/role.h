// What a process does in a scenario, beside connecting and counting, which are the Worker's. Loop
// thread only; the worker owns it.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "load/mark.h"
#include "load/shared_run.h"
#include "load/tracker.h"

namespace homeroom::load {

struct Seat;
class Worker;

class Role {
public:
    virtual ~Role() = default;

    // Connections are let in: each once, or again when it comes back.
    virtual void on_ready(Seat&) {}
    // It was not let in. May be told within Worker::open(). True when that was to be expected.
    virtual bool on_refused(Seat&) { return false; }
    // An event that has not come to this seat before.
    virtual void on_delivery(Seat&, const Mark&) {}
    virtual void on_ack(Seat&, std::uint64_t /*id*/, std::string_view /*arguments*/) {}
    // A connection that was let in has ended. True when that was to be expected.
    virtual bool on_lost(Seat&) { return false; }

    virtual void begin() {}
    virtual void end() {}
    virtual void command(Command) {}  // one that only this scenario has
    // Another process, or the parent, has changed something.
    virtual void on_wake() {}
};

using RoleMaker = std::unique_ptr<Role> (*)(Worker& worker);

}  // namespace homeroom::load
