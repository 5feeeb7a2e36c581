#include "campus/journal_keeper.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/log.h"

namespace homeroom::campus {
namespace {

constexpr std::int64_t dropped_at_once_max = 20'000;  // so that the writer is not kept from posts
constexpr std::int64_t stretches = 64;
constexpr std::int64_t rows_per_stretch = 16;

struct Stretch {
    double bytes = 0;
    std::int64_t rows = 0;
};
Result<Stretch> read_stretch(store::Database& db, store::Seq from, std::int64_t rows) {
    auto select = db.statement(
        "SELECT count(*), cast(coalesce(sum(length(payload) + coalesce(length(notes), 0)), 0)"
        " AS BIGINT) FROM (SELECT payload, notes FROM journal WHERE seq >= ? ORDER BY seq LIMIT ?)"
        " AS stretch");
    select.bind_all(static_cast<std::int64_t>(from), rows);
    TRY([[maybe_unused]] const bool row, select.step());
    const std::int64_t count = select.number(0);
    return Stretch{
        static_cast<double>(select.number(1)) + static_cast<double>(count) * journal_row_bytes,
        count};
}

}  // namespace

Result<JournalSize> measure_journal(store::Database& db) {
    JournalSize size;
    TRY(size.first, store::first_seq(db));
    TRY(size.last, store::last_seq(db));
    const auto events = static_cast<std::int64_t>(size.events());
    if (events <= stretches * rows_per_stretch) {
        TRY(const auto all, read_stretch(db, size.first, events));
        size.bytes = all.bytes;
        return size;
    }
    Stretch sum;
    for (std::int64_t i = 0; i < stretches; ++i) {
        const auto from =
            size.first + static_cast<store::Seq>((events - rows_per_stretch) * i / (stretches - 1));
        TRY(const auto one, read_stretch(db, from, rows_per_stretch));
        sum.bytes += one.bytes;
        sum.rows += one.rows;
    }
    if (sum.rows > 0)
        size.bytes = sum.bytes / static_cast<double>(sum.rows) * static_cast<double>(events);
    return size;
}

JournalKeeper::JournalKeeper(store::Store& store, Options options, std::vector<Waiting> waiting)
    : store_(store), options_(options), waiting_(std::move(waiting)) {}

void JournalKeeper::look(WallTime now) {
    if (under_way_.exchange(true)) return;
    const auto dropped = std::make_shared<Dropped>();
    const bool taken = store_.submit({
        .work = [this, now, dropped](store::Transaction& transaction) -> Status {
            TRY(*dropped, keep(transaction.db(), now));
            return Ok{};
        },
        .done =
            [this, dropped](const Status& status) {
                more_.store(status.ok() &&
                            dropped->for_age + dropped->for_size >= dropped_at_once_max);
                if (status.ok()) {
                    dropped_for_age_ += static_cast<std::uint64_t>(dropped->for_age);
                    dropped_for_size_ += static_cast<std::uint64_t>(dropped->for_size);
                } else {
                    log::warn("the journal's oldest events stay: {}", status.error().message);
                }
                under_way_.store(false);
            },
    });
    if (!taken) under_way_.store(false);
}

Result<JournalKeeper::Dropped> JournalKeeper::keep(store::Database& db, WallTime now) {
    std::string too_old = to_rfc3339(now - options_.keep);
    std::string promised = to_rfc3339(now - options_.promised);
    TRY(const auto waiting, oldest_waiting(db));
    if (!waiting.empty()) {
        too_old = std::min(too_old, waiting);
        promised = std::min(promised, waiting);
    }
    Dropped dropped;
    TRY(dropped.for_age, store::prune(db, too_old, dropped_at_once_max));
    TRY(dropped.for_size, drop_for_size(db, promised));
    return dropped;
}

Result<std::string> JournalKeeper::oldest_waiting(store::Database& db) const {
    std::string oldest;
    for (const auto& ask : waiting_) {
        TRY(const auto since, ask(db));
        if (!since.empty() && (oldest.empty() || since < oldest)) oldest = since;
    }
    return oldest;
}

Result<std::int64_t> JournalKeeper::drop_for_size(store::Database& db,
                                                  const std::string& promised) {
    TRY(auto size, measure_journal(db));
    const double excess = options_.bytes_max > 0 ? size.bytes - options_.bytes_max : 0;
    std::int64_t dropped = 0;
    if (excess > 0) {
        const double each = size.bytes / static_cast<double>(size.events());
        const auto rows = static_cast<std::int64_t>(
            std::min(std::ceil(excess / each), static_cast<double>(dropped_at_once_max)));
        TRY(dropped, store::prune(db, promised, rows));
        if (dropped < rows && !std::exchange(too_large_told_, true))
            log::warn(
                "the journal has {:.0f} bytes, more than store.keep_bytes: what is younger "
                "than store.keep_at_least, or waits to be read, stays",
                size.bytes);
        size.bytes -= each * static_cast<double>(dropped);
        size.first += static_cast<store::Seq>(dropped);
    } else {
        too_large_told_ = false;
    }
    bytes_.store(size.bytes);
    events_.store(size.events());
    return dropped;
}

JournalKeeper::Figures JournalKeeper::figures() const {
    return {.bytes = bytes_.load(),
            .events = events_.load(),
            .dropped_for_age = dropped_for_age_.load(),
            .dropped_for_size = dropped_for_size_.load()};
}

}  // namespace homeroom::campus
