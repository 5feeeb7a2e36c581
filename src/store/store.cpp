// Puts the store together: directory, schema, the writer, the readers; and takes it apart again.
#include "store/store.h"

#include <cassert>
#include <mutex>

#include "store/data_directory.h"
#include "store/derived.h"
#include "store/migrations.h"
#include "store/readers.h"
#include "store/writer.h"

namespace homeroom::store {

Status Transaction::publish(const EventDraft& draft) {
    TRY(JournalEvent event, append(db_, next_, draft, at_));
    events_.push_back(std::move(event));
    ++next_;
    return Ok{};
}

// The writer's connection is the last to close: SQLite then empties the log into the file.
struct Store::Implementation {
    Implementation(Database connection, std::vector<Database> read_connections, Seq last)
        : db(std::move(connection)), writer(db, last), readers(std::move(read_connections)) {}

    Database db;
    Writer writer;
    Readers readers;
    bool started = false;
    std::once_flag stopped{};
};

Store::Store(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}

Store::~Store() {
    stop();
}

Result<std::unique_ptr<Store>> Store::open(const StoreOptions& options,
                                           std::span<const Migration> migrations) {
    assert(options.readers > 0);
    DatabaseOptions database{.file = options.directory / "homeroom.db",
                             .durability = options.durability,
                             .postgres = options.postgres,
                             .statement_timeout = options.statement_timeout};
    if (options.postgres.empty()) TRY_OK(make_data_directory(options.directory));
    TRY(Database db, Database::open(database));
    TRY_OK(db.check(options.check));

    const auto journal = journal_migrations();
    std::vector<Migration> all(journal.begin(), journal.end());
    all.insert(all.end(), migrations.begin(), migrations.end());
    TRY_OK(migrate(db, all));
    TRY(const Seq last, store::last_seq(db));

    database.access = Access::read_only;
    std::vector<Database> connections;
    for (std::size_t i = 0; i < options.readers; ++i) {
        TRY(Database connection, Database::open(database));
        connections.push_back(std::move(connection));
    }
    return std::unique_ptr<Store>(
        new Store(std::make_unique<Implementation>(std::move(db), std::move(connections), last)));
}

Database& Store::db() {
    assert(!implementation_->started);
    return implementation_->db;
}

void Store::start(CommitListener& listener) {
    assert(!implementation_->started);
    implementation_->started = true;
    implementation_->readers.start();
    implementation_->writer.start(listener);
}

// The writer first: its last answers may still want to read.
void Store::stop() {
    std::call_once(implementation_->stopped, [this] {
        implementation_->writer.stop();
        implementation_->readers.stop();
    });
}

bool Store::submit(Command command) {
    return implementation_->writer.submit(std::move(command));
}

void Store::submit_all(std::vector<Command>& commands) {
    implementation_->writer.submit_all(commands);
}

bool Store::submit_read(Read read, Owner owner) {
    return implementation_->readers.submit(std::move(read), owner);
}

Status Store::run_now(const Work& work) {
    assert(!implementation_->started);
    return implementation_->writer.run_now(work);
}

bool Store::healthy() const {
    return implementation_->writer.healthy();
}

Seq Store::last_seq() const {
    return implementation_->writer.last_seq();
}

}  // namespace homeroom::store
