#include "machine.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cxxabi.h>
#include <poll.h>
#include <sqlite3.h>
#include <ucontext.h>
#include <utility>

#include "base/ids.h"
#include "libc.h"
#include "trace.h"

namespace homeroom::simulation {
namespace {

// What a turn of a fiber takes at least.
constexpr std::int64_t turn_nanoseconds = 20'000;
constexpr std::uint64_t looks_per_turn_max = 100'000;
constexpr std::int64_t first_wall_time = 1'764'000'000 * nanoseconds_per_second;

// Which exceptions are being handled: the language keeps it for each thread, and here that is for
// each fiber.
using Exceptions = std::array<char, 2 * sizeof(void*)>;
void* exceptions_here() {
    return static_cast<void*>(abi::__cxa_get_globals());
}

// The server's reserve of random bytes, and SQLite's: they are to begin with what is drawn now.
void forget_old_chance() {
    const std::uint64_t before = bytes_drawn();
    while (bytes_drawn() == before) random_bytes(1);
    sqlite3_randomness(0, nullptr);
}

bool is_readable(int descriptor) {
    pollfd one{.fd = descriptor, .events = POLLIN, .revents = 0};
    return ::poll(&one, 1, 0) > 0;
}

}  // namespace

struct Fiber {
    std::uint64_t number = 0;
    ucontext_t context{};
    std::unique_ptr<char[]> stack{};
    void* (*run)(void*) = nullptr;
    void* argument = nullptr;
    void* result = nullptr;
    bool ended = false;
    Machine::Wait wait{};
    bool woken = false;
    bool timed_out = false;
    Exceptions exceptions{};
};

Machine& Machine::here() {
    // Never destroyed: locks are taken until the very end.
    static Machine& machine = *new Machine;
    return machine;
}

Machine::Machine() : simulator_(std::make_unique<Fiber>()), current_(simulator_.get()) {}

void Machine::begin(std::uint64_t seed) {
    if (!fibers_.empty()) fail("threads of the server are left from the seed before");
    draw_ = Draw{seed};
    chance_ = Draw{~seed};
    forget_old_chance();
    locks_.clear();
    steady_ = 1'000 * nanoseconds_per_second;
    wall_offset_ = first_wall_time - steady_;
    numbers_ = 0;
}

bool Machine::is_simulator() const {
    return current_ == simulator_.get();
}

// --- Fibers --------------------------------------------------------------------------------------

Fiber* Machine::start(void* (*run)(void*), void* argument) {
    auto owned = std::make_unique<Fiber>();
    Fiber& fiber = *owned;
    fiber.number = ++numbers_;
    fiber.run = run;
    fiber.argument = argument;
    if (stacks_.empty()) {
        fiber.stack.reset(new char[stack_bytes]);
    } else {
        fiber.stack = std::move(stacks_.back());
        stacks_.pop_back();
    }
    getcontext(&fiber.context);
    fiber.context.uc_stack.ss_sp = fiber.stack.get();
    fiber.context.uc_stack.ss_size = stack_bytes;
    fiber.context.uc_link = nullptr;
    makecontext(&fiber.context, &Machine::entry, 0);
    fibers_.push_back(std::move(owned));
    return &fiber;
}

void Machine::entry() {
    Machine& machine = here();
    Fiber& self = *machine.current_;
    self.result = self.run(self.argument);
    self.ended = true;
    machine.switch_to_simulator();
    std::abort();
}

void* Machine::take_result(Fiber* ended) {
    const auto found = std::ranges::find(fibers_, ended, &std::unique_ptr<Fiber>::get);
    void* const result = ended->result;
    stacks_.push_back(std::move(ended->stack));
    fibers_.erase(found);
    return result;
}

void Machine::resume(Fiber& fiber) {
    steady_ += turn_nanoseconds;
    looks_ = 0;
    Fiber* const before = std::exchange(current_, &fiber);
    std::memcpy(before->exceptions.data(), exceptions_here(), sizeof(Exceptions));
    std::memcpy(exceptions_here(), fiber.exceptions.data(), sizeof(Exceptions));
    swapcontext(&before->context, &fiber.context);
    std::memcpy(fiber.exceptions.data(), exceptions_here(), sizeof(Exceptions));
    std::memcpy(exceptions_here(), before->exceptions.data(), sizeof(Exceptions));
    current_ = before;
}

void Machine::switch_to_simulator() {
    swapcontext(&current_->context, &simulator_->context);
}

bool Machine::can_go_on(Fiber& fiber) {
    if (fiber.ended) return false;
    const Wait& wait = fiber.wait;
    const auto come = [&] {
        switch (wait.until) {
            case Until::ready: return true;
            case Until::time: return false;
            case Until::woken: return fiber.woken;
            case Until::unlocked: return !locks_.contains(wait.object);
            case Until::unwritten: {
                const auto found = locks_.find(wait.object);
                return found == locks_.end() || found->second.owner == nullptr;
            }
            case Until::ended: return static_cast<const Fiber*>(wait.object)->ended;
            case Until::changed:
                return *static_cast<const volatile unsigned*>(wait.object) != wait.value;
            case Until::readable: return is_readable(static_cast<int>(wait.value));
        }
        return true;
    };
    if (come()) return true;
    fiber.timed_out = wait.deadline <= steady_;
    return fiber.timed_out;
}

bool Machine::wait(const Wait& wait) {
    Fiber& self = *current_;
    self.wait = wait;
    self.woken = false;
    self.timed_out = false;
    if (!is_simulator()) {
        switch_to_simulator();
    } else {
        while (!can_go_on(self)) {
            if (!run_one() && !pass_time()) fail("everything waits, and nothing will come");
        }
    }
    self.wait = {};
    return !self.timed_out;
}

void Machine::let_others() {
    if (!is_simulator()) wait({});
}

void Machine::perhaps_let_others() {
    if (!is_simulator() && draw_.one_in(3)) let_others();
}

bool Machine::run_one() {
    std::vector<Fiber*> able;
    for (const auto& fiber : fibers_) {
        if (can_go_on(*fiber)) able.push_back(fiber.get());
    }
    if (able.empty()) return false;
    resume(*able[draw_.below(able.size())]);
    return true;
}

bool Machine::pass_time(std::int64_t at_most) {
    std::int64_t next = simulator_->wait.deadline;
    for (const auto& fiber : fibers_) {
        if (!fiber->ended) next = std::min(next, fiber->wait.deadline);
    }
    if (next == never) return false;
    const std::int64_t latest = at_most == never ? never : steady_ + at_most;
    steady_ = std::max(steady_, std::min(next, latest));
    return true;
}

void Machine::run_until_idle(std::size_t turns_max) {
    for (std::size_t i = 0; i < turns_max && run_one(); ++i) {
    }
}

void Machine::look_at_clock() {
    if (++looks_ > looks_per_turn_max) fail("a thread looks at the clock, and waits for nothing");
}

// --- Locks ---------------------------------------------------------------------------------------

bool Machine::try_lock(const void* object) {
    const auto [place, is_new] = locks_.try_emplace(object, Lock{.owner = current_, .times = 1});
    if (is_new) return true;
    if (place->second.owner != current_) return false;
    ++place->second.times;
    return true;
}

void Machine::lock(const void* object) {
    while (!try_lock(object)) wait({.until = Until::unlocked, .object = object});
}

void Machine::lock_shared(const void* object) {
    for (;;) {
        const auto place = locks_.try_emplace(object).first;
        if (place->second.owner == nullptr) {
            ++place->second.readers;
            return;
        }
        wait({.until = Until::unwritten, .object = object});
    }
}

void Machine::unlock(const void* object) {
    const auto found = locks_.find(object);
    if (found == locks_.end()) return;
    Lock& lock = found->second;
    const bool free = lock.owner != nullptr ? --lock.times == 0 : --lock.readers == 0;
    if (free) locks_.erase(found);
}

void Machine::wake(const void* object, bool all) {
    std::vector<Fiber*> waiting;
    const auto waits = [&](const Fiber& fiber) {
        return !fiber.ended && !fiber.woken && fiber.wait.until == Until::woken &&
               fiber.wait.object == object;
    };
    for (const auto& fiber : fibers_) {
        if (waits(*fiber)) waiting.push_back(fiber.get());
    }
    if (waits(*simulator_)) waiting.push_back(simulator_.get());
    if (waiting.empty()) return;
    if (all) {
        for (Fiber* const fiber : waiting) fiber->woken = true;
    } else {
        waiting[draw_.below(waiting.size())]->woken = true;
    }
}

}  // namespace homeroom::simulation
