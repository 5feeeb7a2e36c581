#include "store/postgres/postgres_connection.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <chrono>
#include <cstring>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/hex.h"
#include "base/log.h"
#include "store/database.h"
#include "store/postgres/dialect.h"
#include "store/postgres/session.h"

namespace homeroom::store {
namespace {

using postgres::Parameters;
using postgres::ResultHandle;
using postgres::Session;
using std::chrono::steady_clock;

// Between two attempts to connect anew: at first, and at most.
constexpr std::chrono::milliseconds reconnect_first{100};
constexpr std::chrono::milliseconds reconnect_longest{2'000};
constexpr int lock_attempts = 20;
constexpr int lock_attempts_again = 10;
constexpr std::chrono::milliseconds lock_pause{20};
// How much longer than a statement may take an answer may: then the server is not there.
constexpr std::chrono::milliseconds answer_beyond{5'000};
constexpr std::chrono::milliseconds answer_without_limit{10 * 60 * 1'000};

constexpr const char* writer_schema =
    "CREATE TABLE IF NOT EXISTS store_writer (one BOOLEAN PRIMARY KEY DEFAULT true CHECK (one),"
    " epoch BIGINT NOT NULL, batch BIGINT NOT NULL);"
    "INSERT INTO store_writer (epoch, batch) VALUES (0, 0) ON CONFLICT DO NOTHING";

// One lock a schema: several schools may share a database.
constexpr const char* take_lock =
    "SELECT pg_try_advisory_lock(hashtextextended('homeroom ' || current_schema(), 0))";

std::int64_t number_of(const char* text) {
    if (*text == 't') return 1;
    std::int64_t number = 0;
    std::from_chars(text, text + std::strlen(text), number);
    return number;
}

// How bytes are written there: the mark, then two digits for each.
constexpr const char* bytes_mark = "\\x";
constexpr Oid type_of_bytes = 17;  // BYTEAOID of the server's catalog/pg_type_d.h

std::string bytes_of(std::string_view text) {
    text.remove_prefix(std::min(text.size(), std::string_view{bytes_mark}.size()));
    std::string bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t i = 0; i + 1 < text.size(); i += 2)
        bytes += static_cast<char>(hex_value(text[i]) * 16 + hex_value(text[i + 1]));
    return bytes;
}

std::int64_t number_in(const ResultHandle& result, int column) {
    return number_of(PQgetvalue(result.get(), 0, column));
}

class PostgresConnection final : public Connection {
public:
    explicit PostgresConnection(const DatabaseOptions& options)
        : connection_(options.postgres),
          writes_(options.access == Access::read_write),
          durability_(options.durability),
          statement_timeout_(options.statement_timeout) {}

    Status open();

    Kind kind() const override { return Kind::postgres; }
    Status execute(const char* sql) override;
    std::unique_ptr<Prepared> prepare(const char* sql) override;
    std::int64_t changes() override;
    std::int64_t total_changes() override { return 0; }

    bool in_transaction() const override { return begun_ && session_ && !session_->lost(); }
    Status begin(Purpose purpose) override;
    Status commit() override;
    Status rollback() override;
    bool commit_is_unknown() const override { return unknown_; }
    Result<bool> settle_commit() override;
    Status save() override;
    Status keep() override;
    Status undo() override;

    Result<std::int64_t> last_number(const char* table) override;
    Result<std::int64_t> next_number(const char* table) override;

    // --- For its statements ---
    // A session in which a statement can run: in a transaction the one that it was begun in.
    Result<Session*> session();
    // Counts sessions: what was prepared in another has to be prepared again.
    std::uint64_t sessions() const { return sessions_; }
    std::string new_name() { return fmt::format("s{}", ++names_); }
    Result<std::string> replace_clause(const postgres::Translated& translated);
    bool may_defer() const { return begun_ && writing_; }

private:
    Status connect();
    Status set_up(Session& session);
    Status take_reign(Session& session);
    Status resume_reign(Session& session);
    Status know_itself(Session& session);
    Status end_old_session(Session& session);
    Status away() const;

    const std::string connection_;
    const bool writes_;
    const Durability durability_;
    const std::chrono::milliseconds statement_timeout_;

    std::unique_ptr<Session> session_{};
    std::uint64_t sessions_ = 0;
    std::uint64_t names_ = 0;
    steady_clock::time_point next_attempt_{};
    std::chrono::milliseconds wait_ = reconnect_first;
    bool told_ = false;  // the log knows that the connection is lost

    bool begun_ = false;
    bool writing_ = false;
    bool opened_ = false;

    // Of the one that writes.
    std::int64_t epoch_ = 0;
    std::int64_t batch_ = 0;    // the last one begun
    std::int64_t reached_ = 0;  // the last one committed, when the reign was resumed
    bool deposed_ = false;      // another process has written
    bool unknown_ = false;
    std::string backend_{};        // the process that serves the session, there
    std::string backend_start_{};  // and since when
};

// --- Statements ----------------------------------------------------------------------------------

class PostgresStatement final : public Prepared {
public:
    PostgresStatement(PostgresConnection& connection, const char* sql)
        : connection_(connection), source_(sql), translated_(postgres::translate(sql)) {
        parameters_.resize(static_cast<std::size_t>(translated_.parameters));
    }

    const char* source() const override { return source_.c_str(); }

    void bind(int parameter, std::string_view text) override {
        if (std::ranges::count(translated_.bytes, parameter) != 0) {
            place(parameter) = bytes_mark + to_hex(text);
            return;
        }
        // PostgreSQL's texts have no zeros, and a libpq parameter ends at one.
        if (text.find('\0') != std::string_view::npos) {
            failed_ = Error{Code::invalid, "a text with U+0000 cannot be kept"};
        }
        place(parameter) = std::string(text);
    }
    void bind(int parameter, std::int64_t number) override {
        place(parameter) = std::to_string(number);
    }
    void bind_null(int parameter) override { place(parameter).reset(); }

    Result<bool> step() override {
        if (!result_) {
            TRY(Session* const session, ready());
            TRY(result_, session->ask_prepared(name_.c_str(), parameters_));
            row_ = -1;
        }
        if (++row_ < PQntuples(result_.get())) return true;
        result_.reset();
        return false;
    }

    Status run() override {
        if (result_) {  // the rest of what a step has begun
            result_.reset();
            return Ok{};
        }
        TRY(Session* const session, ready());
        if (connection_.may_defer()) {
            session->defer_prepared(name_.c_str(), parameters_);
            return Ok{};
        }
        TRY([[maybe_unused]] const auto result, session->ask_prepared(name_.c_str(), parameters_));
        return Ok{};
    }

    std::string_view text(int column) const override {
        if (!result_) return {};
        const std::string_view value{
            PQgetvalue(result_.get(), row_, column),
            static_cast<std::size_t>(PQgetlength(result_.get(), row_, column))};
        if (PQftype(result_.get(), column) != type_of_bytes) return value;
        const auto place = static_cast<std::size_t>(column);
        if (bytes_.size() <= place) bytes_.resize(place + 1);
        bytes_[place] = bytes_of(value);
        return bytes_[place];
    }
    std::int64_t number(int column) const override {
        return !result_ ? 0 : number_of(PQgetvalue(result_.get(), row_, column));
    }
    bool is_null(int column) const override {
        return !result_ || PQgetisnull(result_.get(), row_, column) != 0;
    }

    bool clear() override {
        result_.reset();
        failed_.reset();
        std::ranges::fill(parameters_, std::nullopt);
        return true;
    }

private:
    std::optional<std::string>& place(int parameter) {
        assert(parameter > 0 && static_cast<std::size_t>(parameter) <= parameters_.size() &&
               "a parameter that the statement does not have");
        result_.reset();
        return parameters_[static_cast<std::size_t>(parameter - 1)];
    }

    Result<Session*> ready() {
        if (failed_) return *failed_;
        TRY(Session* const session, connection_.session());
        if (prepared_in_ != connection_.sessions()) {
            std::string name = connection_.new_name();
            TRY(const auto clause, connection_.replace_clause(translated_));
            TRY_OK(session->prepare(name.c_str(), (translated_.sql + clause).c_str()));
            name_ = std::move(name);
            prepared_in_ = connection_.sessions();
        }
        return session;
    }

    PostgresConnection& connection_;
    std::string source_;
    postgres::Translated translated_;
    std::vector<std::optional<std::string>> parameters_{};
    std::optional<Error> failed_{};  // a bind that could not be
    std::string name_{};
    std::uint64_t prepared_in_ = 0;
    ResultHandle result_{};
    int row_ = -1;
    mutable std::vector<std::string> bytes_{};  // of the row's columns that have been asked for
};

// --- Connecting ----------------------------------------------------------------------------------

Status PostgresConnection::away() const {
    if (deposed_) {
        return Error{Code::unavailable,
                     "another process has written to this database; this one must be restarted",
                     {},
                     retry_after};
    }
    return Error{Code::unavailable, "database: the connection is lost", {}, retry_after};
}

Status PostgresConnection::open() {
    TRY_OK(connect());
    opened_ = true;
    return Ok{};
}

Status PostgresConnection::connect() {
    const auto patience =
        statement_timeout_.count() > 0 ? statement_timeout_ + answer_beyond : answer_without_limit;
    session_.reset();
    ++sessions_;
    begun_ = false;
    TRY(auto session, Session::connect(connection_, patience));
    TRY_OK(set_up(*session));
    if (writes_) TRY_OK(opened_ ? resume_reign(*session) : take_reign(*session));
    session_ = std::move(session);
    return Ok{};
}

Status PostgresConnection::set_up(Session& session) {
    TRY(const auto encoding, session.ask("SHOW server_encoding"));
    if (std::string_view(PQgetvalue(encoding.get(), 0, 0)) != "UTF8") {
        return Error{Code::invalid, fmt::format("the database's encoding is {}, it must be UTF8",
                                                PQgetvalue(encoding.get(), 0, 0))};
    }
    const bool full = durability_ == Durability::full;
    TRY([[maybe_unused]] const auto set,
        session.execute(fmt::format("SET client_encoding = 'UTF8'; SET statement_timeout = {};"
                                    "SET synchronous_commit = {}; SET jit = off;"
                                    "SET bytea_output = hex;"
                                    "SET client_min_messages = warning",
                                    statement_timeout_.count(), full ? "on" : "off")
                            .c_str()));
    if (!writes_ || !full) return Ok{};
    TRY(const auto fsync, session.ask("SHOW fsync"));
    if (!opened_ && std::string_view(PQgetvalue(fsync.get(), 0, 0)) != "on")
        log::warn("store: the server does not sync its disk (fsync): a power cut may lose events");
    return Ok{};
}

Status PostgresConnection::take_reign(Session& session) {
    TRY(const auto schema, session.ask("SELECT current_schema()"));
    if (PQgetisnull(schema.get(), 0, 0) != 0)
        return Error{Code::invalid, "no schema of the database's search_path exists"};
    // A process that has just ended may still hold it for a moment.
    for (int attempt = 1;; ++attempt) {
        TRY(const auto locked, session.ask(take_lock));
        if (number_in(locked, 0) != 0) break;
        if (attempt == lock_attempts)
            return Error{Code::conflict, "another Homeroom writes to this database"};
        std::this_thread::sleep_for(reconnect_first);
    }
    TRY([[maybe_unused]] const auto made, session.execute(writer_schema));
    TRY(const auto reign, session.ask("UPDATE store_writer SET epoch = epoch + 1, batch = 0"
                                      " RETURNING epoch"));
    epoch_ = number_in(reign, 0);
    batch_ = 0;
    return know_itself(session);
}

Status PostgresConnection::know_itself(Session& session) {
    TRY(const auto self, session.ask("SELECT pid, backend_start::text FROM pg_stat_activity"
                                     " WHERE pid = pg_backend_pid()"));
    backend_ = PQgetvalue(self.get(), 0, 0);
    backend_start_ = PQgetvalue(self.get(), 0, 1);
    return Ok{};
}

// The lock is free as soon as the old session has ended, which the server may not have noticed.
Status PostgresConnection::end_old_session(Session& session) {
    const std::vector<std::optional<std::string>> which{backend_, backend_start_};
    TRY([[maybe_unused]] const auto ended,
        session.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE pid = $1::int AND backend_start::text = $2",
                    which));
    return Ok{};
}

Status PostgresConnection::resume_reign(Session& session) {
    for (int attempt = 1;; ++attempt) {
        TRY(const auto locked, session.ask(take_lock));
        if (number_in(locked, 0) != 0) break;
        if (attempt == 1) TRY_OK(end_old_session(session));
        if (attempt == lock_attempts_again) {
            return Error{
                Code::unavailable, "database: the old session has not ended", {}, retry_after};
        }
        std::this_thread::sleep_for(lock_pause);
    }
    TRY(const auto writer, session.ask("SELECT epoch, batch FROM store_writer"));
    if (PQntuples(writer.get()) != 1 || number_in(writer, 0) != epoch_) {
        deposed_ = true;
        log::error("store: another process has written to the database; restart this one");
        return away();
    }
    reached_ = number_in(writer, 1);
    return know_itself(session);
}

Result<Session*> PostgresConnection::session() {
    if (session_ && !session_->lost() && (begun_ || session_->is_there())) return session_.get();
    if (begun_) return away().error();  // what was begun there ended with it
    if (session_) {
        if (!told_) log::warn("store: the connection to the database is lost");
        told_ = true;
        session_.reset();
    }
    const auto now = steady_clock::now();
    if (deposed_ || now < next_attempt_) return away().error();
    if (const Status connected = connect(); !connected.ok()) {
        next_attempt_ = steady_clock::now() + wait_;
        wait_ = std::min(wait_ * 2, reconnect_longest);
        // Where the server is belongs into the log, and not into an answer.
        log::warn("store: {}", connected.error().message);
        return away().error();
    }
    wait_ = reconnect_first;
    told_ = false;
    log::info("store: the connection to the database is back");
    return session_.get();
}

// --- Transactions --------------------------------------------------------------------------------

Status PostgresConnection::begin(Purpose purpose) {
    if (unknown_) return away();
    begun_ = false;
    TRY(Session* const session, this->session());
    writing_ = purpose == Purpose::write;
    if (!writing_) {
        // Goes with the first statement, which takes the snapshot.
        session->defer("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        begun_ = true;
        return Ok{};
    }
    session->defer("BEGIN");
    const std::vector<std::optional<std::string>> of{std::to_string(batch_ + 1),
                                                     std::to_string(epoch_)};
    auto marked =
        session->ask("UPDATE store_writer SET batch = $1::bigint WHERE epoch = $2::bigint", of);
    ++batch_;
    begun_ = true;
    if (marked.ok() && session->changes() == 1) return Ok{};
    if (marked.ok()) {
        deposed_ = true;
        log::error("store: another process has written to the database; restart this one");
    }
    static_cast<void>(rollback());
    return marked.ok() ? away() : Status(marked.error());
}

Status PostgresConnection::commit() {
    if (!begun_) return away();
    if (Status settled = session_->settle(); !settled.ok()) return settled;
    begun_ = false;
    auto committed = session_->ask("COMMIT");
    if (committed.ok()) {
        if (std::string_view(PQcmdStatus(committed->get())) == "COMMIT") return Ok{};
        return Error{Code::internal, "database: the transaction had failed and was rolled back"};
    }
    if (session_->lost()) {
        unknown_ = writing_;
    } else {
        begun_ = session_->in_transaction();
    }
    return committed.error();
}

// One that was lost is rolled back by the server.
Status PostgresConnection::rollback() {
    if (!begun_) return Ok{};
    begun_ = false;
    if (!session_ || session_->lost()) return Ok{};
    static_cast<void>(session_->settle());
    TRY([[maybe_unused]] const auto done, session_->ask("ROLLBACK"));
    return Ok{};
}

Result<bool> PostgresConnection::settle_commit() {
    auto session = this->session();
    if (deposed_) return Error{Code::conflict, away().error().message};
    if (!session.ok()) return session.error();
    unknown_ = false;
    return reached_ == batch_;
}

Status PostgresConnection::save() {
    if (!begun_ || session_->lost()) return away();
    session_->defer("SAVEPOINT command");
    return Ok{};
}

// What went wrong in the command is known now at the latest.
Status PostgresConnection::keep() {
    if (!begun_ && session_ && !session_->lost())
        return Error{Code::internal, "database: there is no transaction any more"};
    if (!begun_ || session_->lost()) return away();
    TRY([[maybe_unused]] const auto kept, session_->ask("RELEASE command"));
    return Ok{};
}

Status PostgresConnection::undo() {
    if (!begun_ || session_->lost()) return away();
    static_cast<void>(session_->settle());
    session_->defer("ROLLBACK TO command");
    return keep();
}

// --- The rest ------------------------------------------------------------------------------------

Status PostgresConnection::execute(const char* sql) {
    TRY(Session* const session, this->session());
    const auto translated = postgres::translate(sql);
    TRY(const auto clause, replace_clause(translated));
    TRY([[maybe_unused]] const auto result, session->execute((translated.sql + clause).c_str()));
    if (begun_) begun_ = session->in_transaction();  // it may have ended it
    return Ok{};
}

Result<std::string> PostgresConnection::replace_clause(const postgres::Translated& translated) {
    if (translated.replaces.empty()) return std::string{};
    TRY(Session* const session, this->session());
    const std::vector<std::optional<std::string>> table{translated.replaces};
    TRY(const auto result,
        session->ask("SELECT a.attname, i.indexrelid IS NOT NULL FROM pg_attribute a"
                     " LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary"
                     " AND a.attnum = ANY (i.indkey)"
                     " WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped"
                     " ORDER BY a.attnum",
                     table));
    std::vector<postgres::Column> columns;
    for (int row = 0; row < PQntuples(result.get()); ++row) {
        columns.push_back({PQgetvalue(result.get(), row, 0),
                           std::string_view(PQgetvalue(result.get(), row, 1)) == "t"});
    }
    return postgres::replace_clause(columns, translated.columns);
}

std::unique_ptr<Prepared> PostgresConnection::prepare(const char* sql) {
    return std::make_unique<PostgresStatement>(*this, sql);
}

// A failure is told by what comes next: the transaction has failed with it.
std::int64_t PostgresConnection::changes() {
    if (!session_ || !session_->settle().ok()) return 0;
    return session_->changes();
}

Result<std::int64_t> PostgresConnection::last_number(const char* table) {
    TRY(Session* const session, this->session());
    const auto sql = fmt::format(
        "SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM {}_row_seq",
        table);
    TRY(const auto result, session->ask(sql.c_str()));
    return number_in(result, 0);
}

Result<std::int64_t> PostgresConnection::next_number(const char* table) {
    TRY(Session* const session, this->session());
    const auto sql = fmt::format("SELECT nextval('{}_row_seq')", table);
    TRY(const auto result, session->ask(sql.c_str()));
    return number_in(result, 0);
}

}  // namespace

Result<std::unique_ptr<Connection>> open_postgres(const DatabaseOptions& options) {
    auto connection = std::make_unique<PostgresConnection>(options);
    TRY_OK(connection->open());
    return std::unique_ptr<Connection>(std::move(connection));
}

}  // namespace homeroom::store
