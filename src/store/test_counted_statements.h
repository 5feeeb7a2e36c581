// For tests: how often statements are run, where the cost of something is the number of them.
#pragma once

#include <atomic>
#include <sqlite3.h>
#include <string_view>

namespace homeroom::store {

// How often statements were run that begin so, on any connection to SQLite that is opened
// meanwhile. One at a time.
class CountedStatements {
public:
    explicit CountedStatements(const char* beginning) {
        beginning_ = beginning;
        runs_ = 0;
        sqlite3_auto_extension(reinterpret_cast<void (*)()>(&CountedStatements::watch));
    }
    ~CountedStatements() {
        sqlite3_cancel_auto_extension(reinterpret_cast<void (*)()>(&CountedStatements::watch));
    }
    CountedStatements(const CountedStatements&) = delete;
    CountedStatements& operator=(const CountedStatements&) = delete;

    int take() { return runs_.exchange(0); }

private:
    static int watch(sqlite3* connection, char**, const sqlite3_api_routines*) {
        return sqlite3_trace_v2(connection, SQLITE_TRACE_STMT, &CountedStatements::note, nullptr);
    }
    static int note(unsigned, void*, void*, void* sql) {
        if (std::string_view{static_cast<const char*>(sql)}.starts_with(beginning_)) ++runs_;
        return 0;
    }

    inline static std::string_view beginning_{};
    inline static std::atomic<int> runs_{0};
};

}  // namespace homeroom::store
