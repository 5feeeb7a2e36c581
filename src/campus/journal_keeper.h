// How much of the journal is kept: what is older than so long goes, and the oldest of what is more
// than so many bytes. The oldest first, and never a hole.
//
// Never for its size: what is younger than the promise to clients that come back (`promised`). For
// neither: what somebody has yet to read of it (`Waiting`): Kafka, or a follower.
//
// How large the journal is, is estimated from a few of its rows (measure_journal). look() is for
// the main thread; what it asks for is done on the writer, dropped_at_once_max events at a time.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "store/store.h"

namespace homeroom::campus {

// Of a row with its indexes, beside the payload itself.
inline constexpr double journal_row_bytes = 400;

struct JournalSize {
    store::Seq first = 0;
    store::Seq last = 0;
    double bytes = 0;  // about
    std::uint64_t events() const { return last + 1 - first; }
};
// Exact for a short journal; of a long one a number of stretches is read, spread evenly.
Result<JournalSize> measure_journal(store::Database& db);

class JournalKeeper {
public:
    struct Options {
        std::chrono::milliseconds keep{};      // no longer
        double bytes_max = 0;                  // no more; 0: as much as there is
        std::chrono::milliseconds promised{};  // what is younger stays, however much it is
    };
    // Since when (RFC 3339) there are events that somebody has yet to read; empty: none.
    using Waiting = std::function<Result<std::string>(store::Database&)>;

    // The store must outlive it.
    JournalKeeper(store::Store& store, Options options, std::vector<Waiting> waiting);

    void look(WallTime now);
    // There was more to drop than at once: soon again.
    bool has_more() const { return more_.load(); }

    struct Figures {
        double bytes = 0;
        std::uint64_t events = 0;
        std::uint64_t dropped_for_age = 0;
        std::uint64_t dropped_for_size = 0;
    };
    Figures figures() const;  // any thread

private:
    struct Dropped {
        std::int64_t for_age = 0;
        std::int64_t for_size = 0;
    };
    Result<Dropped> keep(store::Database& db, WallTime now);
    Result<std::string> oldest_waiting(store::Database& db) const;
    Result<std::int64_t> drop_for_size(store::Database& db, const std::string& promised);

    store::Store& store_;
    Options options_;
    std::vector<Waiting> waiting_;
    std::atomic<bool> under_way_{false};
    std::atomic<bool> more_{false};
    std::atomic<double> bytes_{0};
    std::atomic<std::uint64_t> events_{0};
    std::atomic<std::uint64_t> dropped_for_age_{0};
    std::atomic<std::uint64_t> dropped_for_size_{0};
    bool too_large_told_ = false;  // writer thread only
};

}  // namespace homeroom::campus
