#include "campus/journal_search.h"

#include "base/clock.h"
#include "base/ids.h"

namespace homeroom::campus {
namespace {

using store::Seq;

// A command may run so long before it writes its event.
constexpr auto command_time_max = std::chrono::seconds{10};
constexpr std::int64_t looked_at_max = 50'000;

// When the first event at or behind this place was; nothing: there is none.
Result<std::optional<std::string>> time_at(store::Database& db, Seq seq) {
    auto select = db.statement("SELECT at FROM journal WHERE seq >= ? ORDER BY seq LIMIT 1");
    select.bind(1, store::to_number(seq));
    TRY(const bool found, select.step());
    return found ? std::optional{std::string{select.text(0)}} : std::nullopt;
}

// By halves: the first event that was not before this time, if the clock only ever went on.
Result<Seq> place_of(store::Database& db, const std::string& at) {
    TRY(Seq low, store::first_seq(db));
    TRY(const Seq last, store::last_seq(db));
    Seq high = last + 1;
    while (low < high) {
        const Seq middle = low + (high - low) / 2;
        TRY(const auto time, time_at(db, middle));
        if (time && *time < at) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

Result<std::optional<Seq>> seq_of_id(store::Database& db, std::string_view id, WallTime made) {
    TRY(const Seq from, place_of(db, to_rfc3339(made - command_time_max)));
    auto select = db.statement(
        "SELECT seq FROM (SELECT seq, id FROM journal WHERE seq >= ? ORDER BY seq LIMIT ?)"
        " WHERE id = ? LIMIT 1");
    select.bind_all(store::to_number(from), looked_at_max, id);
    TRY(const bool found, select.step());
    return found ? std::optional{static_cast<Seq>(select.number(0))} : std::nullopt;
}

}  // namespace

Result<std::optional<store::JournalHead>> find_event(store::Database& db, std::string_view name) {
    if (const auto seq = store::seq_from_text(name)) return store::read_head(db, *seq);
    const auto made = time_of_ulid(name);
    if (!made) return std::optional<store::JournalHead>{};
    TRY(const auto seq, seq_of_id(db, name, *made));
    if (!seq) return std::optional<store::JournalHead>{};
    return store::read_head(db, *seq);
}

Result<std::optional<store::JournalHead>> find_event_about(store::Database& db,
                                                           std::string_view subject) {
    // What told people of it: not what told its author alone that it will come, nor what was told
    // of before it was moved.
    auto select = db.statement(
        "SELECT seq FROM journal WHERE subject = ? ORDER BY"
        " CASE WHEN kind IN ('forgotten', 'superseded') THEN 1 ELSE 0 END,"
        " CASE WHEN type LIKE '%:scheduled' THEN 1 ELSE 0 END, seq LIMIT 1");
    select.bind(1, subject);
    TRY(const bool found, select.step());
    if (!found) return std::optional<store::JournalHead>{};
    return store::read_head(db, static_cast<Seq>(select.number(0)));
}

}  // namespace homeroom::campus
