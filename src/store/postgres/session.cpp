// libpq without its waiting: sending and reading by poll(2), each with a deadline.
#include "store/postgres/session.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fmt/format.h>
#include <poll.h>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "store/connection.h"

namespace homeroom::store::postgres {
namespace {

// So many answers may be outstanding: the server stops reading when nobody reads what it says.
constexpr int deferred_max = 128;

// https://www.postgresql.org/docs/15/errcodes-appendix.html
bool may_be_over_soon(std::string_view state) {
    const std::string_view kind = state.substr(0, 2);
    return kind == "08" ||      // the connection
           kind == "53" ||      // disk full, out of memory, too many connections
           kind == "57" ||      // cancelled, shutting down, starting
           kind == "58" ||      // an I/O error
           state == "40001" ||  // serialization failure
           state == "40P01" ||  // deadlock
           state == "55P03" ||  // a lock is not to be had
           state == "25006";    // read only: a standby, or about to be one
}

// The words without the detail, which quotes what was to be written.
Error error_of(const PGresult* result) {
    const char* state_text = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const std::string_view state = state_text != nullptr ? state_text : "";
    const char* words = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const std::string message =
        fmt::format("database: {} ({})", words != nullptr ? words : "no answer", state);
    if (state.starts_with("42") && state != "42501") {
        log::error("store: wrong statement: {}", message);
        assert(false && "wrong statement");
    }
    if (state.empty() || may_be_over_soon(state))
        return Error{Code::unavailable, message, {}, retry_after};
    // Not UTF-8: the wire's texts are checked, so this is for what comes by other ways.
    if (state == "22021") return Error{Code::invalid, "a text is not UTF-8"};
    // A place in a list that somebody made up, where it is the text of a number or of an array.
    if (state == "22P02") return Error{Code::invalid, "a text is not of the form it must have"};
    return Error{Code::internal, message};
}

// libpq's words have several lines, and may name where it connected to.
std::string first_line(const char* words) {
    const std::string_view text = words != nullptr ? words : "";
    return std::string(text.substr(0, text.find('\n')));
}

std::vector<const char*> pointers_to(Parameters parameters) {
    std::vector<const char*> pointers;
    pointers.reserve(parameters.size());
    for (const auto& one : parameters) pointers.push_back(one ? one->c_str() : nullptr);
    return pointers;
}

}  // namespace

Result<std::unique_ptr<Session>> Session::connect(const std::string& connection,
                                                  std::chrono::milliseconds patience) {
    const std::string milliseconds = std::to_string(patience.count());
    // What stands in the connection string is taken first: these are what it does not name.
    const std::array keywords{"connect_timeout",
                              "keepalives_idle",
                              "keepalives_interval",
                              "keepalives_count",
                              "tcp_user_timeout",
                              "fallback_application_name",
                              "dbname",
                              static_cast<const char*>(nullptr)};
    const std::array values{"5",
                            "10",
                            "5",
                            "3",
                            milliseconds.c_str(),
                            "homeroom",
                            connection.c_str(),
                            static_cast<const char*>(nullptr)};
    PGconn* handle = PQconnectdbParams(keywords.data(), values.data(), 1);
    std::unique_ptr<Session> session(new Session(handle, patience));
    if (PQstatus(handle) != CONNECTION_OK) {
        return Error{Code::unavailable,
                     "database: cannot connect: " + first_line(PQerrorMessage(handle)),
                     {},
                     retry_after};
    }
    PQsetNoticeReceiver(
        handle, [](void*, const PGresult*) {}, nullptr);
    if (PQsetnonblocking(handle, 1) != 0 || PQenterPipelineMode(handle) != 1)
        return session->lose("cannot set up the connection");
    return session;
}

Result<ResultHandle> Session::execute(const char* sql) {
    TRY_OK(settle());
    if (lost_) return lose("the connection is lost");
    PQexitPipelineMode(connection_.get());
    deadline_ = std::chrono::steady_clock::now() + patience_;
    TRY_OK(send(PQsendQuery(connection_.get(), sql)));
    std::optional<Error> error;
    ResultHandle last;
    for (;;) {
        TRY(ResultHandle result, next());
        if (!result) break;
        if (PQresultStatus(result.get()) == PGRES_FATAL_ERROR && !error)
            error = error_of(result.get());
        last = std::move(result);
    }
    if (PQstatus(connection_.get()) == CONNECTION_BAD) return lose("it was closed");
    PQenterPipelineMode(connection_.get());
    if (error) return *std::move(error);
    return last;
}

Result<ResultHandle> Session::ask(const char* sql, Parameters parameters) {
    if (lost_) return lose("the connection is lost");
    const auto pointers = pointers_to(parameters);
    TRY_OK(send(PQsendQueryParams(connection_.get(), sql, static_cast<int>(pointers.size()),
                                  nullptr, pointers.data(), nullptr, nullptr, 0)));
    return collect();
}

Status Session::prepare(const char* name, const char* sql) {
    if (lost_) return lose("the connection is lost");
    TRY_OK(send(PQsendPrepare(connection_.get(), name, sql, 0, nullptr)));
    TRY([[maybe_unused]] const auto result, collect());
    return Ok{};
}

Result<ResultHandle> Session::ask_prepared(const char* name, Parameters parameters) {
    if (lost_) return lose("the connection is lost");
    const auto pointers = pointers_to(parameters);
    TRY_OK(send(PQsendQueryPrepared(connection_.get(), name, static_cast<int>(pointers.size()),
                                    pointers.data(), nullptr, nullptr, 0)));
    return collect();
}

void Session::defer(const char* sql) {
    if (lost_ || failed_) return;
    if (Status sent = send(
            PQsendQueryParams(connection_.get(), sql, 0, nullptr, nullptr, nullptr, nullptr, 0));
        !sent.ok()) {
        failed_ = std::move(sent).error();
    }
    ++deferred_;
}

void Session::defer_prepared(const char* name, Parameters parameters) {
    if (lost_ || failed_) return;
    const auto pointers = pointers_to(parameters);
    Status sent =
        send(PQsendQueryPrepared(connection_.get(), name, static_cast<int>(pointers.size()),
                                 pointers.data(), nullptr, nullptr, 0));
    ++deferred_;
    if (sent.ok() && deferred_ >= deferred_max) sent = settle();
    if (!sent.ok()) failed_ = std::move(sent).error();
}

Status Session::settle() {
    if (failed_) {
        const Error error = *std::move(failed_);
        failed_.reset();
        if (!lost_ && deferred_ > 0) static_cast<void>(collect());
        return error;
    }
    if (lost_) return lose("the connection is lost");
    if (deferred_ == 0) return Ok{};
    TRY([[maybe_unused]] const auto result, collect());
    return Ok{};
}

bool Session::is_there() {
    pollfd wait{PQsocket(connection_.get()), POLLIN, 0};
    // What comes unasked is its end, or that somebody has changed the server's settings.
    if (!lost_ && ::poll(&wait, 1, 0) > 0) lost_ = true;
    return !lost_;
}

bool Session::in_transaction() const {
    if (lost_) return false;
    const PGTransactionStatusType status = PQtransactionStatus(connection_.get());
    return status != PQTRANS_IDLE && status != PQTRANS_UNKNOWN;
}

// --- Underneath ----------------------------------------------------------------------------------

Status Session::send(int sent) {
    if (sent == 1) return Ok{};
    return lose(first_line(PQerrorMessage(connection_.get())));
}

// Reads the answers to all that was sent, up to the mark that is sent now.
Result<ResultHandle> Session::collect() {
    deadline_ = std::chrono::steady_clock::now() + patience_;
    deferred_ = 0;
    TRY_OK(send(PQpipelineSync(connection_.get())));
    std::optional<Error> error = std::move(failed_);
    failed_.reset();
    ResultHandle last;
    int nothings = 0;
    for (;;) {
        TRY(ResultHandle result, next());
        if (!result) {  // the end of one statement's answer
            if (PQstatus(connection_.get()) == CONNECTION_BAD || ++nothings > 1)
                return lose("it was closed");
            continue;
        }
        nothings = 0;
        switch (PQresultStatus(result.get())) {
            case PGRES_PIPELINE_SYNC:
                if (error) return *std::move(error);
                return last;
            case PGRES_PIPELINE_ABORTED: break;  // behind an error
            case PGRES_FATAL_ERROR:
                if (PQstatus(connection_.get()) == CONNECTION_BAD)
                    return lose(first_line(PQresultErrorMessage(result.get())));
                if (!error) error = error_of(result.get());
                break;
            default: {
                const std::string_view rows = PQcmdTuples(result.get());
                changes_ = 0;
                std::from_chars(rows.data(), rows.data() + rows.size(), changes_);
                last = std::move(result);
            }
        }
    }
}

// The next part of an answer; null between two answers.
Result<ResultHandle> Session::next() {
    while (PQisBusy(connection_.get()) != 0) TRY_OK(wait_for_input());
    // What is still to be sent goes while the answers come.
    if (PQflush(connection_.get()) < 0) return lose(first_line(PQerrorMessage(connection_.get())));
    return ResultHandle(PQgetResult(connection_.get()));
}

Status Session::wait_for_input() {
    PGconn* const handle = connection_.get();
    const int unsent = PQflush(handle);
    if (unsent < 0) return lose(first_line(PQerrorMessage(handle)));
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline_ - std::chrono::steady_clock::now());
    if (left.count() <= 0) return lose("it did not answer in time");
    pollfd wait{PQsocket(handle), static_cast<short>(unsent != 0 ? POLLIN | POLLOUT : POLLIN), 0};
    const int ready = ::poll(&wait, 1, static_cast<int>(left.count()));
    if (ready < 0 && errno != EINTR) return lose(std::strerror(errno));
    if (ready > 0 && (wait.revents & ~POLLOUT) != 0 && PQconsumeInput(handle) != 1)
        return lose(first_line(PQerrorMessage(handle)));
    return Ok{};
}

Error Session::lose(const std::string& why) {
    lost_ = true;
    return Error{Code::unavailable, "database: " + why, {}, retry_after};
}

}  // namespace homeroom::store::postgres
