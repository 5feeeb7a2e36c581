// The store: one writer thread that commits many commands at once, and reader threads beside it.
//
//   command → queue → [ SAVEPOINT work RELEASE ]… → before_commit(…) → COMMIT (one fsync)
//                                         → done(result), on_event(…), in command order
//
// Promise: `done` is called exactly once, after the commit, on the writer thread; with an Error
// when the work gave one (its changes and events are undone, the others of the batch stay) or when
// the commit failed (all are undone). Where a lost connection leaves open which it was, nobody is
// answered until that is known, and what comes meanwhile is refused. Events reach the listener in
// the order of their seq, each after its command's `done`. A queue that is full refuses at once,
// and so does one that is full of the same owner's. Nothing is delayed to make a batch larger: what
// is queued while one commit waits for the disk is the next batch. In command order means: of one
// owner in the order of submission; the owners take turns.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "store/database.h"
#include "store/journal.h"
#include "store/owner.h"

namespace homeroom::store {

// What a feature adds to the schema: statements, run once each, in order, ever. Never edit a
// released one: add.
struct Migration {
    std::string_view name;  // "feed/1"
    const char* sql;
    const char* postgres = nullptr;  // where that is not the dialect that both have in common
};

// What a command's work gets: runs on the writer thread, inside a transaction which is not its own
// to begin, commit or roll back.
class Transaction {
public:
    Transaction(Database& db, Seq next, std::string at)
        : db_(db), next_(next), at_(std::move(at)) {}

    Database& db() { return db_; }
    const std::string& at() const { return at_; }  // RFC 3339: the time of this command
    // Journals the event with this command; it is fanned out when the commit has succeeded.
    Status publish(const EventDraft& draft);
    // Runs with this command's batch, after all of its commands and before the commit, in the order
    // asked for: for what is much cheaper done for many at once. Not run when the command is
    // undone; its Error fails the batch as one of the commit does. What it writes is unseen before.
    void before_commit(std::function<Status(Database&)> work) {
        before_commit_.push_back(std::move(work));
    }
    // Empties what the journal has about a subject, before its deletion is published.
    Status forget(std::string_view subject) { return store::forget(db_, subject); }

    // Of the event that it publishes next: the moment of what comes to be now.
    Seq moment() const { return next_; }

    std::vector<JournalEvent>& events() { return events_; }
    std::vector<std::function<Status(Database&)>>& works_before_commit() { return before_commit_; }

private:
    Database& db_;
    Seq next_;
    std::string at_;
    std::vector<JournalEvent> events_{};
    std::vector<std::function<Status(Database&)>> before_commit_{};
};

using Work = std::function<Status(Transaction&)>;

// An exception out of the work is `internal` for this command alone; one out of `done` is logged.
struct Command {
    Work work;
    std::function<void(const Status&)> done;  // may submit; must not block, nor stop the store
    Owner owner = nobody;                     // whose it is: those of different users take turns
};

// Hears of every committed event. Called on the writer thread; must not block or throw.
class CommitListener {
public:
    virtual ~CommitListener() = default;
    virtual void on_event(const JournalEvent& event) = 0;
    // After each batch's answers and events; also when it had no events, or failed.
    virtual void on_batch_end(Seq last) = 0;
};

// A read on a reader thread, in a snapshot of its own that is no older than its submission. Exactly
// one call; an exception out of it is logged.
using Read = std::function<void(Result<Database*>)>;

struct StoreOptions {
    std::filesystem::path directory;
    Durability durability = Durability::full;
    std::size_t readers = 2;
    Check check = Check::quick;  // before it is used
    std::string postgres{};      // as of DatabaseOptions; the directory is not used then
    std::chrono::milliseconds statement_timeout = DatabaseOptions{}.statement_timeout;
};

class Store {
public:
    // Makes the directory (0700) if need be, opens the database, checks that it is whole and that
    // no migration has run that it does not know (a newer version's data: `conflict`), runs what is
    // missing of `migrations`. The caller holds the directory's lock (data_directory.h).
    static Result<std::unique_ptr<Store>> open(const StoreOptions& options,
                                               std::span<const Migration> migrations);
    ~Store();  // as stop()

    // Before start(): direct use of the writer's connection by the opening thread, for loading and
    // offline tools.
    Database& db();

    void start(CommitListener& listener);
    // Finishes what is queued, then ends the threads. After it everything is refused. From any
    // thread but the store's own; a second call waits for the first.
    void stop();

    // False, and neither function is ever called, when the queue is full or the store is not
    // running. Any thread, also from within `done`, a listener or a read.
    bool submit(Command command);
    // The same of several, which share a commit if there is room; what is refused is left in
    // `commands`.
    void submit_all(std::vector<Command>& commands);
    bool submit_read(Read read, Owner owner = nobody);

    // Runs one command on the calling thread, commit included: for offline tools, before start().
    Status run_now(const Work& work);

    Seq last_seq() const;  // of the last commit; any thread
    bool healthy() const;  // whether the disk took the last batch; any thread

private:
    struct Implementation;
    explicit Store(std::unique_ptr<Implementation> implementation);
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace homeroom::store
