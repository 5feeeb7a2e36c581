// The store: one writer thread that commits many commands at once, reader threads beside it, the data directory's lock.
//
//   command → queue → [ SAVEPOINT work RELEASE ]… → COMMIT (one fsync) → done(result) and on_event(…), in command order
//
// Promise: `done` is called exactly once, after the commit, on the writer thread; with an Error when the work gave one
// (its changes and events are undone, the others of the batch stay) or when the commit failed (all are undone). Events
// reach the listener in the order of their seq, each after its command's `done`. A queue that is full refuses at once.
#pragma once

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/database.h"
#include "store/journal.h"

namespace homeroom::store {

// What a feature adds to the schema: statements, run once each, in order, ever. Never edit a released one: add.
struct Migration {
    std::string_view name;  // "feed/1"
    const char* sql;
};

// What runs on the writer thread inside a transaction.
class Transaction {
public:
    Transaction(Database& db, Seq next, std::string at) : db_(db), next_(next), at_(std::move(at)) {}

    Database& db() { return db_; }
    const std::string& at() const { return at_; }  // RFC 3339: the time of this command
    // Journals the event with this command; it is fanned out when the commit has succeeded.
    Status publish(const EventDraft& draft);

    std::vector<JournalEvent>& events() { return events_; }
    Seq next_seq() const { return next_; }

private:
    Database& db_;
    Seq next_;
    std::string at_;
    std::vector<JournalEvent> events_{};
};

struct Command {
    std::function<Status(Transaction&)> work;
    std::function<void(const Status&)> done;
};

// Hears of every committed event. Called on the writer thread; must not block.
class CommitListener {
public:
    virtual ~CommitListener() = default;
    virtual void on_event(const JournalEvent& event) = 0;
    virtual void on_batch_end(Seq last) = 0;  // after each commit's events; also when a commit had none
};

// A read on a reader thread, in a snapshot of its own. Exactly one call.
using Read = std::function<void(Result<Database*>)>;

struct StoreOptions {
    std::filesystem::path directory;
    Durability durability = Durability::full;
    std::size_t readers = 2;
};

// The exclusive right to a data directory, held by a lock file while it lives.
class DirectoryLock {
public:
    // `conflict` when another process holds it.
    static Result<DirectoryLock> take(const std::filesystem::path& directory);
    ~DirectoryLock();
    DirectoryLock(DirectoryLock&&) noexcept;
    DirectoryLock& operator=(DirectoryLock&&) = delete;

private:
    explicit DirectoryLock(int fd) : fd_(fd) {}
    int fd_;
};

class Store {
public:
    // Makes the directory (0700) if need be, opens the database, runs what is missing of `migrations`, checks that none
    // it does not know has run (a newer version's data: `conflict`).
    static Result<std::unique_ptr<Store>> open(const StoreOptions& options, std::span<const Migration> migrations);
    ~Store();  // as stop()

    // Before start(): direct use of the writer's connection by the opening thread, for loading and offline tools.
    Database& db();

    void start(CommitListener& listener);
    // Finishes what is queued, then ends the threads. After it everything is refused with `unavailable`.
    void stop();

    // False, and neither function is ever called, when the queue is full or the store has stopped.
    bool submit(Command command);
    bool submit_read(Read read);

    // Runs one command on the calling thread, commit included: for offline tools, before start().
    Status run_now(const std::function<Status(Transaction&)>& work);

    Seq last_seq() const;  // of the last commit; any thread

private:
    struct Implementation;
    explicit Store(std::unique_ptr<Implementation> implementation);
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace homeroom::store
