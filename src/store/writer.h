// The one thread that changes the database: takes what is queued, runs it as a batch, answers.
#pragma once

#include <atomic>
#include <span>
#include <thread>
#include <vector>

#include "base/limits.h"
#include "store/store.h"
#include "store/work_queue.h"

namespace homeroom::store {

// Of one user. A commit that is all of one client's keeps everybody else waiting for as long as it
// takes; one with so many of them takes about twice as long as one with a single command.
inline constexpr std::size_t commands_queued_per_user_max = 4'000;
inline constexpr std::size_t commands_per_commit_per_user_max = 64;
static_assert(commands_queued_per_user_max <= limits::commands_queued_max / 4,
              "no few fill the queue by themselves");
static_assert(commands_per_commit_per_user_max <= limits::commands_per_commit_max / 4,
              "no few fill a commit by themselves");

class Writer {
public:
    // `last`: the journal's last seq. `db` outlives the writer, and is its own from start to stop.
    Writer(Database& db, Seq last) : db_(db), last_seq_(last) {}

    void start(CommitListener& listener);
    void stop();  // after what is queued
    bool submit(Command command) {
        const Owner owner = command.owner;
        return queue_.give(std::move(command), owner);
    }
    void submit_all(std::vector<Command>& commands) {
        queue_.give_all(commands, [](const Command& command) { return command.owner; });
    }
    Status run_now(const Work& work);
    bool healthy() const { return healthy_.load(std::memory_order_relaxed); }
    Seq last_seq() const { return last_seq_.load(std::memory_order_acquire); }

private:
    void run(CommitListener& listener);
    void commit(std::vector<Command>& commands, CommitListener& listener);
    void move_on(std::span<const struct Outcome> outcomes);
    void judge_health(std::span<const struct Outcome> outcomes);
    bool wait_for_the_database();
    void checkpoint();

    Database& db_;
    std::atomic<Seq> last_seq_;        // written by the writer thread only
    std::atomic<bool> healthy_{true};  // whether the last batch could be committed
    WorkQueue<Command> queue_{
        limits::commands_queued_max,
        {.waiting = commands_queued_per_user_max, .at_once = commands_per_commit_per_user_max}};
    std::thread thread_{};
};

}  // namespace homeroom::store
