#include "campus/journal_search.h"

#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/ids.h"

namespace homeroom::campus {
namespace {

using store::Seq;

// A command may run so long before it writes its event.
constexpr auto command_time_max = std::chrono::seconds{10};
constexpr std::int64_t looked_at_max = 50'000;

std::int64_t number_of(Seq seq) {
    return static_cast<std::int64_t>(seq);
}

// When the first event at or behind this place was; nothing: there is none.
Result<std::optional<std::string>> time_at(store::Database& db, Seq seq) {
    auto select = db.statement("SELECT at FROM journal WHERE seq >= ? ORDER BY seq LIMIT 1");
    select.bind(1, number_of(seq));
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
    select.bind_all(number_of(from), looked_at_max, id);
    TRY(const bool found, select.step());
    return found ? std::optional{static_cast<Seq>(select.number(0))} : std::nullopt;
}

std::vector<std::string> users_from_text(std::string_view text) {
    std::vector<std::string> users;
    const auto list = nlohmann::json::parse(text, nullptr, false);
    if (!list.is_array()) return users;
    for (const auto& user : list) {
        if (user.is_string()) users.push_back(user.get<std::string>());
    }
    return users;
}

Result<std::optional<FoundEvent>> event_at(store::Database& db, Seq seq) {
    auto select = db.statement(
        "SELECT seq, id, at, type, room, kind, users, part_of, moment FROM journal WHERE seq = ?");
    select.bind(1, number_of(seq));
    TRY(const bool found, select.step());
    if (!found) return std::optional<FoundEvent>{};
    const auto text = [&select](int column) { return std::string{select.text(column)}; };
    return std::optional{FoundEvent{static_cast<Seq>(select.number(0)),
                                    text(1),
                                    text(2),
                                    text(3),
                                    {text(4), text(5), users_from_text(select.text(6)), text(7),
                                     static_cast<Seq>(select.number(8))}}};
}

}  // namespace

Result<std::optional<FoundEvent>> find_event(store::Database& db, std::string_view name) {
    if (const auto seq = store::seq_from_text(name)) return event_at(db, *seq);
    const auto made = time_of_ulid(name);
    if (!made) return std::optional<FoundEvent>{};
    TRY(const auto seq, seq_of_id(db, name, *made));
    if (!seq) return std::optional<FoundEvent>{};
    return event_at(db, *seq);
}

}  // namespace homeroom::campus
