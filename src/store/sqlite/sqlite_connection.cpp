// SQLite behind our error values: opening, settings, statements, and the length of its log.
#include "store/sqlite/sqlite_connection.h"

#include <cassert>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <string>
#include <system_error>
#include <unistd.h>

#include "base/limits.h"
#include "base/log.h"
#include "store/database.h"

namespace homeroom::store {
namespace {

// For emptying the log after something was erased: how long readers are waited for, and how many
// commits later it is tried again.
constexpr auto clean_wait = std::chrono::milliseconds{20};
constexpr int clean_retry_commits = 20;

// SQLite calls only ENOSPC full; a quota and a file size limit end up as I/O errors.
bool means_full(int system_error) {
    return system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG;
}

// What the operating system said last about the log, or else about anything. sqlite3_system_errno()
// alone does not do: a failed COMMIT leaves it as it was.
int system_error_of(sqlite3* connection) {
    sqlite3_file* log = nullptr;
    int number = 0;
    if (sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) == SQLITE_OK &&
        log != nullptr && log->pMethods != nullptr) {
        log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &number);
    }
    return number != 0 ? number : sqlite3_system_errno(connection);
}

Error error_of(sqlite3* connection, int code) {
    const char* words = connection != nullptr ? sqlite3_errmsg(connection) : sqlite3_errstr(code);
    const std::string message = fmt::format("database: {} ({})", words, code);
    switch (code & 0xff) {
        case SQLITE_FULL:
        case SQLITE_BUSY:
        case SQLITE_LOCKED: return Error{Code::unavailable, message, {}, retry_after};
        case SQLITE_IOERR:
        case SQLITE_CANTOPEN:
            if (connection != nullptr && means_full(system_error_of(connection))) {
                return Error{Code::unavailable, message, {}, retry_after};
            }
            return Error{Code::internal, message};
        default: return Error{Code::internal, message};
    }
}

// SQLite counts what it allocates, for whoever asks, under a lock that all threads take for each
// allocation. Nobody asks.
void leave_memory_uncounted() {
    [[maybe_unused]] static const bool once = [] {
        const int code = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
        if (code != SQLITE_OK)
            log::warn("store: SQLite counts its memory: {}", sqlite3_errstr(code));
        return true;
    }();
}

// SQLite would create the file with the umask's mode. The log and its index get the file's mode.
// Only ever opened when it is new: closing a descriptor of a file drops all locks that the process
// has on it, those of SQLite too (fcntl(2)).
Status create_private(const std::filesystem::path& file) {
    const int fd = ::open(file.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0) {
        ::close(fd);
        return Ok{};
    }
    if (errno == EEXIST) return Ok{};
    const std::error_code reason(errno, std::generic_category());
    return Error{means_full(reason.value()) ? Code::unavailable : Code::internal,
                 fmt::format("database {}: {}", file.string(), reason.message())};
}

// --- Statements ----------------------------------------------------------------------------------

struct FinalizeStatement {
    void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
};
using StatementHandle = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

class SqliteStatement final : public Prepared {
public:
    // `handle` is null when it could not be prepared; `code` says why.
    SqliteStatement(sqlite3* connection, StatementHandle handle, int code)
        : connection_(connection), handle_(std::move(handle)), code_(code) {}

    const char* source() const override { return sqlite3_sql(handle_.get()); }

    void bind(int parameter, std::string_view text) override {
        if (!ready_to_bind()) return;
        const char* bytes = text.data() != nullptr ? text.data() : "";  // null would bind NULL
        note(sqlite3_bind_text64(handle_.get(), parameter, bytes, text.size(), SQLITE_TRANSIENT,
                                 SQLITE_UTF8));
    }
    void bind(int parameter, std::int64_t number) override {
        if (ready_to_bind()) note(sqlite3_bind_int64(handle_.get(), parameter, number));
    }
    void bind_null(int parameter) override {
        if (ready_to_bind()) note(sqlite3_bind_null(handle_.get(), parameter));
    }

    Result<bool> step() override {
        if (code_ != SQLITE_OK) return error_of(connection_, code_);
        const int code = sqlite3_step(handle_.get());
        if (code == SQLITE_ROW) return true;
        if (code == SQLITE_DONE) {
            sqlite3_reset(handle_.get());
            return false;
        }
        Error error = error_of(connection_, code);
        sqlite3_reset(handle_.get());
        return error;
    }
    Status run() override {
        for (;;) {
            TRY(const bool row, step());
            if (!row) return Ok{};
        }
    }

    std::string_view text(int column) const override {
        const unsigned char* bytes = sqlite3_column_text(handle_.get(), column);
        if (bytes == nullptr) return {};
        const int length = sqlite3_column_bytes(handle_.get(), column);
        return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length)};
    }
    std::int64_t number(int column) const override {
        return sqlite3_column_int64(handle_.get(), column);
    }
    bool is_null(int column) const override {
        return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL;
    }

    bool clear() override {
        if (!handle_) return false;
        sqlite3_reset(handle_.get());
        sqlite3_clear_bindings(handle_.get());
        code_ = SQLITE_OK;
        return true;
    }

private:
    bool ready_to_bind() {
        if (!handle_) return false;
        if (sqlite3_stmt_busy(handle_.get()) != 0) sqlite3_reset(handle_.get());
        return true;
    }
    void note(int code) {
        assert(code != SQLITE_RANGE && "a parameter that the statement does not have");
        assert(code != SQLITE_MISUSE);
        if (code_ == SQLITE_OK) code_ = code;
    }

    sqlite3* connection_;
    StatementHandle handle_;
    int code_;  // the first thing that went wrong before a step; the step tells it
};

// --- The connection ------------------------------------------------------------------------------

class SqliteConnection final : public Connection {
public:
    explicit SqliteConnection(sqlite3* handle) : handle_(handle) {}

    Status configure(const DatabaseOptions& options);

    Kind kind() const override { return Kind::sqlite; }
    Status execute(const char* sql) override {
        const int code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
        if (code != SQLITE_OK) return error_of(handle_.get(), code);
        return Ok{};
    }
    std::unique_ptr<Prepared> prepare(const char* sql) override;
    std::int64_t changes() override { return sqlite3_changes64(handle_.get()); }
    std::int64_t total_changes() override { return sqlite3_total_changes64(handle_.get()); }

    bool in_transaction() const override { return sqlite3_get_autocommit(handle_.get()) == 0; }
    // A reader's snapshot is taken by its first statement.
    Status begin(Purpose purpose) override {
        return run(begin_[purpose == Purpose::write ? 1 : 0],
                   purpose == Purpose::write ? "BEGIN IMMEDIATE" : "BEGIN");
    }
    Status commit() override { return run(commit_, "COMMIT"); }
    Status rollback() override { return run(rollback_, "ROLLBACK"); }
    Status save() override { return run(save_, "SAVEPOINT command"); }
    Status keep() override { return run(keep_, "RELEASE command"); }
    Status undo() override {
        TRY_OK(run(undo_, "ROLLBACK TO command"));
        return keep();
    }

    Result<std::int64_t> last_number(const char* table) override;
    Result<std::int64_t> next_number(const char* table) override;

    Status check(Check check) override;
    Status checkpoint_when_due() override;
    void clean_log_soon() override { log_length_.clean_wanted = true; }

private:
    struct Close {
        // The v2 form waits for statements that are finalized a moment later, as in a move
        // assignment.
        void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
    };
    // How long the write-ahead log is, in pages; kept by SQLite's hook after each commit.
    struct LogLength {
        int pages = 0;
        int pages_at_checkpoint = 0;
        bool clean_wanted = false;
        int commits_until_clean = 0;
    };

    // One of our own statements, kept for the next time.
    Status run(std::unique_ptr<Prepared>& kept, const char* sql) {
        if (!kept) kept = prepare(sql);
        Status status = kept->run();
        if (!kept->clear()) kept.reset();
        return status;
    }
    void watch_log();
    Status secure_log();
    static int checkpoint(sqlite3* handle, LogLength& length);
    Status clean_log();

    std::unique_ptr<sqlite3, Close> handle_;
    LogLength log_length_{};  // the hook keeps its address
    std::unique_ptr<Prepared> begin_[2]{};
    std::unique_ptr<Prepared> commit_{};
    std::unique_ptr<Prepared> rollback_{};
    std::unique_ptr<Prepared> save_{};
    std::unique_ptr<Prepared> keep_{};
    std::unique_ptr<Prepared> undo_{};
};

Status SqliteConnection::configure(const DatabaseOptions& options) {
    sqlite3* handle = handle_.get();
    sqlite3_busy_timeout(handle, static_cast<int>(limits::database_busy_timeout.count()));
    // "a" is a name and never a text, and no statement may write to the schema behind our back.
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    TRY_OK(
        execute("PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY;"
                "PRAGMA secure_delete = ON;"     // what is deleted is overwritten
                "PRAGMA cache_size = -16384"));  // KiB
    if (options.access == Access::read_only) return Ok{};

    {
        const auto mode = prepare("PRAGMA journal_mode = WAL");
        TRY(const bool row, mode->step());
        if (!row || mode->text(0) != "wal") {
            return Error{Code::internal, "database: this file system cannot hold a log (WAL)"};
        }
    }
    TRY_OK(execute(options.durability == Durability::full ? "PRAGMA synchronous = FULL"
                                                          : "PRAGMA synchronous = NORMAL"));
    TRY_OK(execute(fmt::format("PRAGMA journal_size_limit = {}", limits::log_bytes_kept).c_str()));
    watch_log();
    return secure_log();
}

std::unique_ptr<Prepared> SqliteConnection::prepare(const char* sql) {
    sqlite3_stmt* handle = nullptr;
    const int code =
        sqlite3_prepare_v3(handle_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
    if (code == SQLITE_ERROR) {
        log::error("store: wrong statement: {} in: {}", sqlite3_errmsg(handle_.get()), sql);
        assert(false && "wrong statement");
    }
    return std::make_unique<SqliteStatement>(handle_.get(), StatementHandle(handle), code);
}

// --- Numbers of rows -----------------------------------------------------------------------------

Result<std::int64_t> SqliteConnection::last_number(const char* table) {
    const auto select = prepare("SELECT seq FROM sqlite_sequence WHERE name = ?");
    select->bind(1, std::string_view{table});
    TRY(const bool found, select->step());
    return found ? select->number(0) : 0;
}

// An UPDATE of the column is not counted there, so the place is counted before it is given.
Result<std::int64_t> SqliteConnection::next_number(const char* table) {
    const auto update = prepare("UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = ?");
    update->bind(1, std::string_view{table});
    TRY_OK(update->run());
    if (changes() == 0) {
        const auto insert = prepare("INSERT INTO sqlite_sequence (name, seq) VALUES (?, 1)");
        insert->bind(1, std::string_view{table});
        TRY_OK(insert->run());
    }
    return last_number(table);
}

// --- Whether it is whole -------------------------------------------------------------------------

Status SqliteConnection::check(Check check) {
    if (check == Check::off) return Ok{};
    const auto pragma =
        prepare(check == Check::quick ? "PRAGMA quick_check(1)" : "PRAGMA integrity_check(1)");
    TRY(const bool row, pragma->step());
    if (row && pragma->text(0) == "ok") return Ok{};
    return Error{Code::internal,
                 fmt::format("the database is damaged: {}",
                             row ? pragma->text(0) : std::string_view{"it cannot be checked"})};
}

// --- The write-ahead log -------------------------------------------------------------------------

// Takes the place of SQLite's own automatic checkpoint, which would run within the commit, before
// anybody is answered. Where nobody asks for checkpoints, as in a bulk load, it does it itself.
void SqliteConnection::watch_log() {
    const auto on_commit = [](void* context, sqlite3* handle, const char*, int pages) {
        LogLength& length = *static_cast<LogLength*>(context);
        if (pages < length.pages) length.pages_at_checkpoint = 0;  // begun anew
        length.pages = pages;
        if (pages - length.pages_at_checkpoint >= limits::checkpoint_forced_pages) {
            checkpoint(handle, length);
        }
        return SQLITE_OK;
    };
    sqlite3_wal_hook(handle_.get(), on_commit, &log_length_);
}

// What a process wrote that was killed before its sync, or whose sync failed, is there for whoever
// reads, and gone with the power: the next to open it finds it committed all the same. So it is
// synced, and moved into the file, before anybody is told of it. On a full disk it is at least
// synced: that is the first step.
Status SqliteConnection::secure_log() {
    const int code = sqlite3_wal_checkpoint_v2(handle_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE,
                                               nullptr, nullptr);
    if (code == SQLITE_OK || code == SQLITE_BUSY) return Ok{};
    const Error error = error_of(handle_.get(), code);
    // A sync that fails is none, whatever it fails for.
    if (code == SQLITE_IOERR_FSYNC || error.code != Code::unavailable) return error;
    log::warn("store: no checkpoint: {}", error.message);
    return Ok{};
}

// The log begins anew only when no reader still uses it. With readers that overlap without end it
// never would, and grow: then we wait a moment for those there are. If they take longer, the next
// checkpoint tries again.
int SqliteConnection::checkpoint(sqlite3* handle, LogLength& length) {
    length.pages_at_checkpoint = length.pages;
    if (length.pages < limits::checkpoint_waiting_pages) {
        return sqlite3_wal_checkpoint_v2(handle, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr,
                                         nullptr);
    }
    sqlite3_busy_timeout(handle, static_cast<int>(limits::checkpoint_wait.count()));
    const int code =
        sqlite3_wal_checkpoint_v2(handle, nullptr, SQLITE_CHECKPOINT_RESTART, nullptr, nullptr);
    sqlite3_busy_timeout(handle, static_cast<int>(limits::database_busy_timeout.count()));
    return code;
}

// TRUNCATE: everything is in the file, where deleted content was overwritten, and the log is empty.
// Where readers use it we wait for them a moment, and try again some commits later.
Status SqliteConnection::clean_log() {
    LogLength& length = log_length_;
    if (length.commits_until_clean-- > 0) return Ok{};
    length.commits_until_clean = clean_retry_commits;
    sqlite3_busy_timeout(handle_.get(), static_cast<int>(clean_wait.count()));
    const int code = sqlite3_wal_checkpoint_v2(handle_.get(), nullptr, SQLITE_CHECKPOINT_TRUNCATE,
                                               nullptr, nullptr);
    sqlite3_busy_timeout(handle_.get(), static_cast<int>(limits::database_busy_timeout.count()));
    if (code == SQLITE_BUSY) return Ok{};
    length.clean_wanted = false;
    length.commits_until_clean = 0;
    if (code != SQLITE_OK) return error_of(handle_.get(), code);
    length.pages = 0;
    length.pages_at_checkpoint = 0;
    return Ok{};
}

Status SqliteConnection::checkpoint_when_due() {
    LogLength& length = log_length_;
    if (length.clean_wanted) return clean_log();
    if (length.pages - length.pages_at_checkpoint < limits::checkpoint_pages) return Ok{};
    const int code = checkpoint(handle_.get(), length);
    if (code != SQLITE_OK && code != SQLITE_BUSY) return error_of(handle_.get(), code);
    return Ok{};
}

}  // namespace

Result<std::unique_ptr<Connection>> open_sqlite(const DatabaseOptions& options) {
    leave_memory_uncounted();
    const bool writes = options.access == Access::read_write;
    if (writes) TRY_OK(create_private(options.file));
    sqlite3* handle = nullptr;
    const int access = writes ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    const int code = sqlite3_open_v2(options.file.c_str(), &handle,
                                     access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
    // SQLite gives a handle also when it fails, for its words.
    auto connection = std::make_unique<SqliteConnection>(handle);
    Status status =
        code == SQLITE_OK ? connection->configure(options) : Status(error_of(handle, code));
    if (!status.ok()) {
        Error error = std::move(status).error();
        error.message += " in " + options.file.string();
        return error;
    }
    return std::unique_ptr<Connection>(std::move(connection));
}

}  // namespace homeroom::store
