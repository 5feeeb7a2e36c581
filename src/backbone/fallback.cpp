#include "backbone/fallback.h"

#include <algorithm>

namespace homeroom::backbone {
namespace {

constexpr double disk_reserve_bytes = 64.0 * 1024 * 1024;

// How much is lost by being in it.
int gravity(State state) {
    switch (state) {
        case State::ok: return 0;
        case State::catching_up: return 1;
        case State::degraded: return 2;
        case State::shedding: return 3;
        case State::read_only: return 4;
    }
    return 0;
}

}  // namespace

std::string_view to_string(State state) {
    switch (state) {
        case State::ok: return "ok";
        case State::degraded: return "degraded";
        case State::shedding: return "shedding";
        case State::read_only: return "read_only";
        case State::catching_up: return "catching_up";
    }
    return "";
}

// What the numbers say. Where to leave a state is not where to enter it.
State Fallback::wanted(const Measures& measures) const {
    const auto over = [&](State state, double enter, double leave) {
        return measures.filled >= (gravity(state_) >= gravity(state) ? leave : enter);
    };
    if (measures.disk_failed ||
        over(State::read_only, options_.read_only_at, options_.read_only_until))
        return State::read_only;
    if (over(State::shedding, options_.shedding_at, options_.shedding_until))
        return State::shedding;
    if (!measures.reachable || measures.stalled >= options_.stalled_max) return State::degraded;
    const bool was_behind = state_ != State::ok;
    const auto bound = was_behind ? options_.catching_up_until : options_.catching_up_at;
    return measures.behind > bound ? State::catching_up : State::ok;
}

State Fallback::advance(const Measures& measures) {
    const State next = wanted(measures);
    if (gravity(next) >= gravity(state_)) {
        state_ = next;
        better_since_.reset();
        return state_;
    }
    // Better, and it must be so for a while; from which of the better ones matters less.
    if (!better_since_) better_since_ = measures.now;
    if (measures.now - *better_since_ < options_.steady) return state_;
    state_ = next;
    better_since_.reset();
    return state_;
}

bool refuses(State state, campus::Need need) {
    switch (state) {
        case State::ok:
        case State::degraded:
        case State::catching_up: return false;
        case State::shedding: return need == campus::Need::ephemeral || need == campus::Need::bulky;
        case State::read_only: return need != campus::Need::owed;
    }
    return true;
}

double filled(double backlog_bytes, double bytes_max, double disk_free_bytes) {
    const double free = std::max(disk_free_bytes - disk_reserve_bytes, 0.0);
    const double room = std::min(bytes_max, backlog_bytes + free);
    return room <= 0 ? 1.0 : std::min(backlog_bytes / room, 1.0);
}

}  // namespace homeroom::backbone
