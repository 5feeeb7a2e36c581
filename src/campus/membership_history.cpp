#include "campus/membership_history.h"

#include <nlohmann/json.hpp>
#include <vector>

#include "campus/roster/room_name.h"

namespace homeroom::campus {
namespace {

constexpr std::int64_t changes_looked_at_max = 1'000;

struct Change {
    store::Seq seq = 0;
    std::string at{};
    std::string payload{};  // of `rooms:changed`; empty: he came onto the roster behind that event
};

// Newest first. An arrival comes behind the event whose place it has.
Result<std::vector<Change>> changes_since(store::Database& db, std::string_view user,
                                          store::Seq after) {
    auto select = db.statement(
        "SELECT seq, at, payload, 0 AS arrival FROM journal"
        " WHERE room = ?1 AND seq > ?2 AND type = 'rooms:changed'"
        " UNION ALL SELECT seq, at, NULL, 1 FROM roster_arrivals WHERE user = ?3 AND seq >= ?2"
        " ORDER BY seq DESC, arrival DESC LIMIT ?4");
    const std::string room = room_name(RoomKind::user, user);
    select.bind_all(std::string_view{room}, store::to_number(after), user, changes_looked_at_max + 1);
    std::vector<Change> changes;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return changes;
        changes.push_back({static_cast<store::Seq>(select.number(0)), std::string{select.text(1)},
                           std::string{select.text(2)}});
    }
}

Status find_version(store::Database& db, std::string_view user, store::Seq seq,
                    MembershipThen& then) {
    auto select = db.statement(
        "SELECT seq, at FROM (SELECT seq, at FROM journal"
        " WHERE room = ?1 AND seq <= ?2 AND type = 'rooms:changed'"
        " UNION ALL SELECT seq, at FROM roster_arrivals WHERE user = ?3 AND seq < ?2)"
        " ORDER BY seq DESC LIMIT 1");
    const std::string room = room_name(RoomKind::user, user);
    select.bind_all(std::string_view{room}, store::to_number(seq), user);
    TRY(const bool found, select.step());
    if (!found) return Ok{};
    then.version = static_cast<store::Seq>(select.number(0));
    then.since = std::string{select.text(1)};
    return Ok{};
}

void take_back(const Change& change, MembershipThen& then) {
    if (change.payload.empty()) return then.rooms.clear();
    const auto body = nlohmann::json::parse(change.payload, nullptr, false);
    if (!body.is_object()) return;
    const auto each = [&body](const char* field, const auto& act) {
        const auto list = body.find(field);
        if (list == body.end() || !list->is_array()) return;
        for (const auto& room : *list) {
            if (room.is_string()) act(room.template get_ref<const std::string&>());
        }
    };
    each("joined", [&then](const std::string& room) { then.rooms.erase(room); });
    each("left", [&then](const std::string& room) { then.rooms.insert(room); });
}

}  // namespace

Status remember_arrival(store::Transaction& transaction, std::string_view user) {
    TRY(const auto last, store::last_seq(transaction.db()));
    return transaction.db()
        .statement("INSERT OR REPLACE INTO roster_arrivals (user, seq, at) VALUES (?, ?, ?)")
        .bind_all(user, store::to_number(last), std::string_view{transaction.at()})
        .run();
}

Result<std::optional<MembershipThen>> membership_at(store::Database& db, const Directory& directory,
                                                    std::string_view user, store::Seq seq) {
    MembershipThen then;
    TRY(const auto changes, changes_since(db, user, seq));
    if (std::ssize(changes) > changes_looked_at_max) return std::optional<MembershipThen>{};
    for (std::string& room : directory.rooms_of(user).all()) then.rooms.insert(std::move(room));
    for (const Change& change : changes) take_back(change, then);
    TRY_OK(find_version(db, user, seq, then));
    return std::optional{std::move(then)};
}

}  // namespace homeroom::campus
