// One connection to the database and its prepared statements, whichever kind of database it is. For
// one thread at a time.
//
// Statements are written in the part of SQL that SQLite and PostgreSQL share, with SQLite's
// parameters; postgres/dialect.h says what is turned into what, decision 20 why.
//
// Errors: what may be over in a moment (a full disk, a busy database, a connection that is lost) is
// `unavailable`; anything else is `internal` with the database's words. A wrong statement text or a
// bind to a parameter that is not there is our bug and asserts.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"
#include "store/connection.h"

namespace homeroom::store {

// A prepared statement while it runs. It goes back to its connection, cleared, when it goes out of
// scope, and must not outlive it. The same text may be running more than once at a time.
//   auto select = db.statement("SELECT id, name FROM orgs WHERE id = ?");
//   select.bind(1, id);
//   TRY(bool found, select.step());
class Statement {
public:
    // `home` is where it rests between two uses.
    Statement(std::unique_ptr<Prepared> prepared, std::unique_ptr<Prepared>* home);
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
    // Steps to the end, then is ready for the next bind. Within a transaction of the writer what
    // goes wrong may also be told by what comes next, the command's end at the latest.
    Status run();

    // Columns count from 0. Text is valid until the next step or bind. A truth is 1 or 0.
    std::string_view text(int column) const;
    std::string copy(int column) const { return std::string{text(column)}; }
    std::int64_t number(int column) const;
    bool is_null(int column) const;

private:
    std::unique_ptr<Prepared> prepared_;  // null when it has moved
    std::unique_ptr<Prepared>* home_;
};

enum class Durability : std::uint8_t { full, normal };  // PRAGMA synchronous, synchronous_commit
enum class Access : std::uint8_t { read_write, read_only };

struct DatabaseOptions {
    std::filesystem::path file{};  // SQLite's
    Access access = Access::read_write;
    Durability durability = Durability::full;
    std::string postgres{};  // a connection string of libpq; not empty: PostgreSQL
    std::chrono::milliseconds statement_timeout{10'000};  // PostgreSQL's; 0: none
};

class Database {
public:
    // SQLite: opens (read_write creates, mode 0600) the file in WAL mode with foreign keys off and
    // a busy timeout. PostgreSQL: connects; of those that read and write there is one at a time
    // (`conflict`).
    static Result<Database> open(const DatabaseOptions& options);
    ~Database();
    Database(Database&&) noexcept;
    Database& operator=(Database&&) noexcept;

    Kind kind() const;

    // One or more statements without results.
    Status execute(const char* sql);
    // `sql` must be a literal: prepared once, found again by its address.
    Statement statement(const char* sql);
    std::int64_t changes();  // rows the last statement changed
    // Rows changed since it was opened, also those that a virtual table changed within itself.
    // SQLite only.
    std::int64_t total_changes();

    // False also when the database has given a transaction up by itself, as SQLite may on a full
    // disk, and when the connection is lost.
    bool in_transaction() const;
    // A transaction that reads sees one moment: that of its first statement.
    Status begin(Purpose purpose);
    Status commit();
    Status rollback();
    // Whether a commit() that failed may have taken place all the same: the connection was lost
    // before the answer. Until settle_commit() has said which, nothing else can be done. It says
    // whether it was committed, or `unavailable`: ask again.
    bool commit_is_unknown() const;
    Result<bool> settle_commit();
    // A part of a transaction that can be undone by itself: save, then keep or undo.
    Status save();
    Status keep();
    Status undo();

    // The highest number that a table's AUTOINCREMENT column has been given, also of rows that are
    // gone; and the next one, which no other row is given then. Within a writing transaction.
    Result<std::int64_t> last_number(const char* table);
    Result<std::int64_t> next_number(const char* table);

    // `internal`, with what is wrong, when the database is damaged. PostgreSQL has checksums for
    // it.
    Status check(Check check);
    // Moves what was committed from SQLite's write-ahead log into the file when the log has grown
    // long. It costs an fsync or two; called between commits, outside of any transaction.
    Status checkpoint_when_due();
    // Within a transaction that has erased something: SQLite's checkpoint behind it empties the
    // log, too, as soon as no reader uses it. Until then the log has what was there before.
    void clean_log_soon();

private:
    explicit Database(std::unique_ptr<Connection> connection);

    std::unique_ptr<Connection> connection_;
    std::unordered_map<const char*, std::unique_ptr<Prepared>> prepared_{};
};

}  // namespace homeroom::store
