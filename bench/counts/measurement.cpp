#include "measurement.h"

#include <utility>
#include <valgrind/callgrind.h>

namespace homeroom::counts {

Measurement::Measurement(hub::Server& server, std::string name, std::size_t turns,
                         std::function<void()> turn)
    : server_(server), name_(std::move(name)), turns_(turns), turn_(std::move(turn)) {}

Allocations Measurement::run() {
    server_.post(0, [this](hub::Hub& hub) {
        start_instructions();
        start_counting_allocations();
        take_turn(hub);
    });
    return done_.get_future().get();
}

void Measurement::take_turn(hub::Hub& hub) {
    // What the last turn sent leaves at its end, and what it sent by mail a turn later.
    if (taken_ == turns_ + 1) {
        const Allocations allocations = stop_counting_allocations();
        stop_instructions();
        done_.set_value(allocations);
        return;
    }
    if (taken_++ < turns_) turn_();
    hub.loop().post([this, &hub] { take_turn(hub); });
}

void Measurement::start_instructions() {
    CALLGRIND_ZERO_STATS;
    CALLGRIND_START_INSTRUMENTATION;
}

void Measurement::stop_instructions() const {
    CALLGRIND_STOP_INSTRUMENTATION;
    CALLGRIND_DUMP_STATS_AT(name_.c_str());
}

}  // namespace homeroom::counts
