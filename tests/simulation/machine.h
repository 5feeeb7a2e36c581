// The machine that the server believes to run on: its threads are fibers of one thread, of which
// the seed says which runs next; its clocks stand still unless the simulation moves them; its
// randomness is the seed's. libc.cpp is where the server's calls end up here.
//
// Everything is one thread. The one that simulates is a fiber, too, the first: while it waits for
// others (a join), they run.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "draw.h"

namespace homeroom::simulation {

inline constexpr std::size_t stack_bytes = std::size_t{1} << 20U;  // of a fiber
inline constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();
inline constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;

struct Fiber;

class Machine {
public:
    // What a fiber waits for.
    enum class Until : std::uint8_t {
        ready,      // nothing: it only lets others go on
        time,       // the deadline alone
        woken,      // wake(object)
        unlocked,   // nobody has the lock
        unwritten,  // nobody has it exclusively
        ended,      // another fiber has ended
        changed,    // a word is another than it was
        readable,   // something is to be read at a descriptor
    };
    struct Wait {
        Until until = Until::ready;
        const void* object = nullptr;
        unsigned value = 0;  // that the word had; the descriptor
        std::int64_t deadline = never;
    };

    static Machine& here();

    // Everything anew; no fiber may be left.
    void begin(std::uint64_t seed);
    Draw& draw() { return draw_; }
    // What the server is given as random. Apart, so that what it asks for moves nothing else.
    Draw& chance() { return chance_; }

    // --- Fibers.
    Fiber* start(void* (*run)(void*), void* argument);
    void* take_result(Fiber* ended);  // and frees it
    Fiber* self() const { return current_; }
    bool is_simulator() const;
    // Lets others go on until it has come; false: the deadline came first.
    bool wait(const Wait& wait);
    // Of the server's own fibers: perhaps another goes on here.
    void perhaps_let_others();
    void let_others();
    std::size_t fibers() const { return fibers_.size(); }

    // The simulator's. One of those that can goes on until it waits; false: none can.
    bool run_one();
    // On to the next deadline, or by so much if that is sooner. False: nobody waits for any.
    bool pass_time(std::int64_t at_most = never);
    void run_until_idle(std::size_t turns_max);

    // --- Locks, by their address.
    struct Lock {
        const Fiber* owner = nullptr;  // who has it exclusively
        unsigned times = 0;
        unsigned readers = 0;
    };
    void lock(const void* object);
    bool try_lock(const void* object);
    void lock_shared(const void* object);
    void unlock(const void* object);
    void wake(const void* object, bool all);

    // --- Clocks, in nanoseconds.
    // Whoever looks again and again, and waits for nothing, would never see it move.
    void look_at_clock();
    std::int64_t steady() const { return steady_; }
    std::int64_t wall() const { return steady_ + wall_offset_; }
    void turn_wall_clock(std::int64_t by) { wall_offset_ += by; }
    void stand_still(std::int64_t time) { steady_ += time; }  // as when the machine was suspended

private:
    Machine();
    bool can_go_on(Fiber& fiber);
    void resume(Fiber& fiber);
    void switch_to_simulator();
    static void entry();

    Draw draw_{0};
    Draw chance_{0};
    std::unique_ptr<Fiber> simulator_;
    std::vector<std::unique_ptr<Fiber>> fibers_{};
    std::vector<std::unique_ptr<char[]>> stacks_{};  // that are free
    Fiber* current_;
    std::unordered_map<const void*, Lock> locks_{};  // that somebody has
    std::int64_t steady_ = 0;
    std::int64_t wall_offset_ = 0;
    std::uint64_t numbers_ = 0;
    std::uint64_t looks_ = 0;  // at the clock, in this turn
};

}  // namespace homeroom::simulation
