#include "backbone/journal_range.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/clock.h"

namespace homeroom::backbone {
namespace {

std::optional<store::Seq> seq_of(std::string_view place) {
    constexpr std::size_t digits_max = 16;
    if (place.empty() || place.size() > digits_max) return std::nullopt;
    store::Seq seq = 0;
    const auto [end, error] = std::from_chars(place.data(), place.data() + place.size(), seq);
    if (error != std::errc{} || end != place.data() + place.size()) return std::nullopt;
    return seq;
}

// `sql` has the time as its parameter; `none`: what it is where no event is of then.
Result<store::Seq> find(store::Database& db, const char* sql, std::string_view place,
                        store::Seq none) {
    if (const auto seq = seq_of(place)) return *seq;
    const auto time = parse_rfc3339(place);
    if (!time) return Error{Code::invalid, "no seq and no time", "from"};
    auto select = db.statement(sql);
    select.bind(1, to_rfc3339(*time));
    TRY([[maybe_unused]] const bool row, select.step());
    return select.is_null(0) ? none : static_cast<store::Seq>(select.number(0));
}

}  // namespace

Status check_place(std::string_view place, std::string_view field) {
    if (place.empty() || seq_of(place) || parse_rfc3339(place)) return Ok{};
    return Error{Code::invalid,
                 std::string{field} + " must be a time like 2026-11-23T08:15:00Z or an event's seq",
                 std::string{field}};
}

Result<JournalRange> find_range(store::Database& db, std::string_view from, std::string_view to) {
    TRY(const auto first, store::first_seq(db));
    TRY(const auto last, store::last_seq(db));
    JournalRange range{first, last};
    if (!from.empty()) {
        TRY(const auto begin,
            find(db, "SELECT min(seq) FROM journal WHERE at >= ?", from, last + 1));
        range.from = std::max(first, begin);
    }
    if (!to.empty()) {
        TRY(const auto end, find(db, "SELECT max(seq) FROM journal WHERE at <= ?", to, 0));
        range.to = std::min(last, end);
    }
    return range;
}

}  // namespace homeroom::backbone
