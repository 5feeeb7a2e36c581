// What a kind of database is to the store: a connection, and statements prepared on it. SQLite's is
// in sqlite/, PostgreSQL's in postgres/; the rest of the program sees either through database.h,
// which also says what each function means. For one thread at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/result.h"

namespace homeroom::store {

// What an answer `unavailable` names: a disk that is full or a database that is away may be back.
inline constexpr std::chrono::milliseconds retry_after{2'000};

enum class Kind : std::uint8_t { sqlite, postgres };
enum class Purpose : std::uint8_t { read, write };

// How thoroughly a database is looked at before it is used: not at all; whether its pages are what
// they should be; whether every index agrees with its table, too.
enum class Check : std::uint8_t { off, quick, full };

class Prepared {
public:
    virtual ~Prepared() = default;

    virtual const char* source() const = 0;  // the text that it was prepared from
    virtual void bind(int parameter, std::string_view text) = 0;
    virtual void bind(int parameter, std::int64_t number) = 0;
    virtual void bind_null(int parameter) = 0;
    virtual Result<bool> step() = 0;
    virtual Status run() = 0;
    virtual std::string_view text(int column) const = 0;
    virtual std::int64_t number(int column) const = 0;
    virtual bool is_null(int column) const = 0;
    // Forgets what was bound and what it found. False: it cannot be used again.
    virtual bool clear() = 0;
};

class Connection {
public:
    virtual ~Connection() = default;

    virtual Kind kind() const = 0;
    virtual Status execute(const char* sql) = 0;
    virtual std::unique_ptr<Prepared> prepare(const char* sql) = 0;
    virtual std::int64_t changes() = 0;
    virtual std::int64_t total_changes() = 0;

    virtual bool in_transaction() const = 0;
    virtual Status begin(Purpose purpose) = 0;
    virtual Status commit() = 0;
    virtual Status rollback() = 0;
    virtual bool commit_is_unknown() const { return false; }
    virtual Result<bool> settle_commit() { return false; }
    virtual Status save() = 0;
    virtual Status keep() = 0;
    virtual Status undo() = 0;

    virtual Result<std::int64_t> last_number(const char* table) = 0;
    virtual Result<std::int64_t> next_number(const char* table) = 0;

    virtual Status check(Check) { return Ok{}; }
    virtual Status checkpoint_when_due() { return Ok{}; }
    virtual void clean_log_soon() {}
};

}  // namespace homeroom::store
