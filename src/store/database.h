// One SQLite connection and its prepared statements. For one thread at a time.
//
// Errors: a full disk or a busy database is `unavailable`; anything else is `internal` with
// SQLite's words. A wrong statement text or a bind to a parameter that is not there is our bug and
// asserts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace homeroom::store {

struct FinalizeStatement {
    void operator()(sqlite3_stmt* handle) const;
};
using StatementHandle = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

// A prepared statement while it runs. It goes back to its connection, reset, when it goes out of
// scope, and must not outlive it. The same text may be running more than once at a time.
//   auto select = db.statement("SELECT id, name FROM orgs WHERE id = ?");
//   select.bind(1, id);
//   TRY(bool found, select.step());
class Statement {
public:
    // `home` is where the handle rests between two uses; `code` is how preparing went.
    Statement(sqlite3* connection, StatementHandle handle, StatementHandle* home, int code);
    ~Statement();
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    Statement(Statement&&) noexcept = default;
    Statement& operator=(Statement&&) = delete;

    // Parameters count from 1. Text is copied. The first bind after a step begins a new run: what
    // was bound before and is not bound again keeps its value.
    Statement& bind(int parameter, std::string_view text);
    Statement& bind(int parameter, std::int64_t number);
    Statement& bind(int parameter, std::nullptr_t) = delete;
    Statement& bind_null(int parameter);
    template <typename... Values>
    Statement& bind_all(const Values&... values) {
        int parameter = 0;
        (bind(++parameter, values), ...);
        return *this;
    }

    Result<bool> step();  // true: there is a row
    Status run();         // steps to the end, then resets, ready for the next bind

    // Columns count from 0. Text is valid until the next step or bind.
    std::string_view text(int column) const;
    std::int64_t number(int column) const;
    bool is_null(int column) const;

private:
    bool ready_to_bind();
    void note(int code);

    sqlite3* connection_;
    StatementHandle handle_;  // null when it could not be prepared or has moved
    StatementHandle* home_;
    int code_;  // the first thing that went wrong before a step; the step tells it
};

enum class Durability : std::uint8_t { full, normal };  // PRAGMA synchronous
enum class Access : std::uint8_t { read_write, read_only };

struct DatabaseOptions {
    std::filesystem::path file;
    Access access = Access::read_write;
    Durability durability = Durability::full;
};

class Database {
public:
    // Opens (read_write creates, mode 0600) the file in WAL mode with foreign keys off and a busy
    // timeout.
    static Result<Database> open(const DatabaseOptions& options);
    ~Database();
    Database(Database&&) noexcept;
    Database& operator=(Database&&) noexcept;

    // One or more statements without results.
    Status execute(const char* sql);
    // `sql` must be a literal: prepared once, found again by its address.
    Statement statement(const char* sql);
    std::int64_t changes() const;  // rows the last statement changed
    // Rows changed since it was opened, also those that a virtual table changed within itself.
    std::int64_t total_changes() const;
    // False also when SQLite has given a transaction up by itself, as it may on a full disk.
    bool in_transaction() const;

    // Moves what was committed from the write-ahead log into the file when the log has grown long.
    // It costs an fsync or two; called between commits, outside of any transaction.
    Status checkpoint_when_due();
    // Within a transaction that has erased something: the checkpoint behind it empties the log,
    // too, as soon as no reader uses it. Until then the log has what was there before.
    void clean_log_soon() { log_length_->clean_wanted = true; }

private:
    struct Close {
        void operator()(sqlite3* handle) const;
    };
    // How long the write-ahead log is, in pages; kept by SQLite's hook after each commit.
    struct LogLength {
        int pages = 0;
        int pages_at_checkpoint = 0;
        bool clean_wanted = false;
        int commits_until_clean = 0;
    };
    explicit Database(sqlite3* handle);
    Status configure(const DatabaseOptions& options);
    void watch_log();
    static int checkpoint(sqlite3* handle, LogLength& length);
    Status clean_log();

    std::unique_ptr<sqlite3, Close> handle_;
    std::unique_ptr<LogLength> log_length_;  // the hook keeps its address
    std::unordered_map<const char*, StatementHandle> prepared_{};
};

}  // namespace homeroom::store
