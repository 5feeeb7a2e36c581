// One SQLite connection and its prepared statements. For one thread at a time.
//
// Errors: a full disk or a busy database is `unavailable`; anything else is `internal` with SQLite's words. A wrong
// statement text or a bind to a parameter that is not there is our bug and asserts.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace homeroom::store {

// A prepared statement while it runs; resets itself when it goes out of scope.
//   auto select = db.statement("SELECT id, name FROM orgs WHERE id = ?");
//   select.bind(1, id);
//   TRY(bool found, select.step());
class Statement {
public:
    explicit Statement(sqlite3* connection, sqlite3_stmt* handle) : connection_(connection), handle_(handle) {}
    ~Statement();
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    Statement(Statement&&) noexcept;
    Statement& operator=(Statement&&) = delete;

    // Parameters count from 1. A string_view must live until the next step.
    Statement& bind(int parameter, std::string_view text);
    Statement& bind(int parameter, std::int64_t number);
    Statement& bind_null(int parameter);
    template <typename... Values>
    Statement& bind_all(const Values&... values) {
        int parameter = 0;
        (bind(++parameter, values), ...);
        return *this;
    }

    Result<bool> step();  // true: there is a row
    Status run();         // steps to the end, then resets, ready for the next bind

    // Columns count from 0. Text is valid until the next step.
    std::string_view text(int column) const;
    std::int64_t number(int column) const;
    bool is_null(int column) const;

private:
    sqlite3* connection_;
    sqlite3_stmt* handle_;
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
    // Opens (read_write creates) the file in WAL mode with foreign keys off and a busy timeout.
    static Result<Database> open(const DatabaseOptions& options);
    ~Database();
    Database(Database&&) noexcept;
    Database& operator=(Database&&) noexcept;

    Status execute(const char* sql);       // one or more statements without results
    Statement statement(const char* sql);  // `sql` must be a literal: prepared once, found again by its address
    std::int64_t changes() const;          // rows the last statement changed

private:
    struct Close {
        void operator()(sqlite3* handle) const;
    };
    explicit Database(sqlite3* handle);

    std::unique_ptr<sqlite3, Close> handle_;
    std::unordered_map<const char*, sqlite3_stmt*> prepared_{};
};

}  // namespace homeroom::store
