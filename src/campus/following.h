// Following the journal: what a feature derives from events that others have committed, without
// either knowing of the other.
//
//   commit → anything that concerns the follower? → a command: events behind the cursor → follow()
//                                                              … → the cursor, in the same
//                                                              transaction
//
// The cursor is a row. It moves in the transaction of what follow() did, so that each event is
// followed exactly once, in order, whatever ends the process and however often. What is derived is
// judged when it is derived: later than the event, usually by milliseconds.
//
// A command is one bounded step (limits::follower_…_per_step_max): an event that concerns thousands
// takes many, and the commands of users go between. An event whose step fails is tried again, and
// left out in the end, so that one that cannot be followed stops nothing that comes behind it.
#pragma once

#include <atomic>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "campus/roster/directory.h"
#include "store/store.h"

namespace homeroom::campus {

// On the writer thread, in a transaction.
struct FollowCall {
    const store::JournalEvent& event;
    std::string_view position;  // empty: the event's first step
    const Directory& directory;
    store::Transaction& transaction;
};

class Follower {
public:
    virtual ~Follower() = default;
    // Whether there is anything to do about an event. Cheap: it is asked of every one. Writer
    // thread.
    virtual bool concerns(const store::JournalEvent& event) const = 0;
    // One step. Nothing: that was all; else the position at which to go on. What it publishes must
    // not concern it.
    virtual Result<std::optional<std::string>> follow(FollowCall& call) = 0;
};

std::span<const store::Migration> following_migrations();

// When the oldest event was written that some follower has yet to follow; empty: none.
Result<std::string> oldest_unfollowed(store::Database& db);

class Following final : public store::CommitListener {
public:
    // The store's threads must have ended before it goes. `name` is kept with the cursor.
    Following(store::Store& store, const Directory& directory, std::string name,
              Follower& follower);

    // Before the store's start: a new follower begins where the journal ends.
    Status prepare();

    void on_event(const store::JournalEvent& event) override;
    void on_batch_end(store::Seq last) override;

    // Goes on from the cursor: after a start, and now and then, so that it is never far behind. Any
    // thread.
    void look();
    bool busy() const { return under_way_.load(); }

private:
    struct Cursor {
        store::Seq seq = 0;      // the last event that was followed
        std::string position{};  // how far the next one was, when it was begun
    };
    struct Step {
        bool more = false;
        store::Seq failed = 0;  // the event that gave the Error
    };
    void submit_step();
    void end_step(const Step& step, const Status& status);
    Status work(Step& step, store::Transaction& transaction);
    Status follow_one(const store::JournalEvent& event, Cursor& cursor, std::size_t& budget,
                      store::Transaction& transaction);
    Result<Cursor> load_cursor(store::Database& db) const;
    Status save_cursor(store::Database& db, const Cursor& cursor) const;

    store::Store& store_;
    const Directory& directory_;
    std::string name_;
    Follower& follower_;
    std::atomic<bool> under_way_{false};  // a step is queued or running
    std::atomic<bool> wanted_{false};     // and something has come that it may not have seen
    // The writer thread alone:
    store::Seq failing_ = 0;  // the event that failed last, and how often it did
    std::size_t failures_ = 0;
};

}  // namespace homeroom::campus
