// For tests: the same store in PostgreSQL, where TEST_POSTGRES in the environment is the connection
// string of a server that is there for tests (tests/tools/with-postgres starts one). Each directory
// that would have a database has a schema there.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <functional>
#include <libpq-fe.h>
#include <string>

#include "store/database.h"

namespace homeroom::store {

inline std::string test_server() {
    const char* const server = std::getenv("TEST_POSTGRES");
    return server != nullptr ? server : "";
}

inline bool on_postgres() {
    return !test_server().empty();
}

// Runs statements on the server, beside any store.
inline void on_server(const std::string& sql) {
    PGconn* const connection = PQconnectdb(test_server().c_str());
    PGresult* const result = PQexec(connection, ("SET client_min_messages = error;" + sql).c_str());
    if (PQresultStatus(result) == PGRES_FATAL_ERROR) {
        std::fprintf(stderr, "%s", PQerrorMessage(connection));
        std::abort();
    }
    PQclear(result);
    PQfinish(connection);
}

// Empty: the tests run on SQLite.
inline std::string test_postgres(const std::filesystem::path& directory) {
    if (!on_postgres()) return {};
    const std::string schema =
        fmt::format("t{:016x}", std::hash<std::string>{}(directory.string()));
    on_server("CREATE SCHEMA IF NOT EXISTS " + schema);
    return fmt::format("{} options='-c search_path={}'", test_server(), schema);
}

inline DatabaseOptions test_database(const std::filesystem::path& directory,
                                     Access access = Access::read_write) {
    return {
        .file = directory / "homeroom.db", .access = access, .postgres = test_postgres(directory)};
}

}  // namespace homeroom::store

// For tests of GoogleTest: one about files, PRAGMAs or locks of SQLite.
#define ONLY_ON_SQLITE()                  \
    if (homeroom::store::on_postgres()) { \
        GTEST_SKIP() << "about SQLite";   \
    }
#define ONLY_ON_POSTGRES()                  \
    if (!homeroom::store::on_postgres()) {  \
        GTEST_SKIP() << "about PostgreSQL"; \
    }
