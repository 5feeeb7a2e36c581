// One session with a PostgreSQL server, over libpq: what is asked is sent at once, and nothing
// waits longer than the session's patience, whatever has become of the server or the network
// between.
//
// What is asked without an answer being wanted is sent with what is asked next, and its answers are
// read then (libpq's pipeline): a command of six statements waits for the network twice, not six
// times.
//
//   defer()…  → buffered
//   ask()     → all of it sent, then every answer read; the first error is the answer
//
// When an error says that the session is lost (lost()), everything later fails. For one thread at a
// time.
#pragma once

#include <chrono>
#include <cstdint>
#include <libpq-fe.h>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"

namespace homeroom::store::postgres {

struct ClearResult {
    void operator()(PGresult* result) const { PQclear(result); }
};
using ResultHandle = std::unique_ptr<PGresult, ClearResult>;

using Parameters = std::span<const std::optional<std::string>>;  // none: NULL

class Session {
public:
    // `patience`: how long one answer may take, connecting included.
    static Result<std::unique_ptr<Session>> connect(const std::string& connection,
                                                    std::chrono::milliseconds patience);

    // Several statements without parameters, separated by semicolons; the last one's result.
    Result<ResultHandle> execute(const char* sql);
    // One statement that was not prepared.
    Result<ResultHandle> ask(const char* sql, Parameters parameters = {});
    Status prepare(const char* name, const char* sql);
    Result<ResultHandle> ask_prepared(const char* name, Parameters parameters);

    void defer(const char* sql);
    void defer_prepared(const char* name, Parameters parameters);
    // Sends what was deferred and reads its answers.
    Status settle();

    bool lost() const { return lost_; }
    // Whether the other end has said meanwhile that it is gone. Between transactions only.
    bool is_there();
    bool in_transaction() const;                       // as of the last answer
    std::int64_t changes() const { return changes_; }  // of the last answer

private:
    struct Finish {
        void operator()(PGconn* connection) const { PQfinish(connection); }
    };
    Session(PGconn* connection, std::chrono::milliseconds patience)
        : connection_(connection), patience_(patience) {}

    Status send(int sent);
    Result<ResultHandle> collect();
    Result<ResultHandle> next();
    Status wait_for_input();
    Error lose(const std::string& why);

    std::unique_ptr<PGconn, Finish> connection_;
    std::chrono::milliseconds patience_;
    std::chrono::steady_clock::time_point deadline_{};
    int deferred_ = 0;
    std::optional<Error> failed_{};  // what was deferred and could not even be sent
    bool lost_ = false;
    std::int64_t changes_ = 0;
};

}  // namespace homeroom::store::postgres
