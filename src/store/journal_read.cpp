// Reading the journal for one user. After a short absence every event since is looked at. After a
// longer one it is a merge of sorted runs, one for each of his rooms and one for himself: its cost
// is one search in an index for each run and one for each few events that are given, however long
// the journal is and however much of it is for others.
#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <queue>
#include <unordered_set>

#include "store/derived.h"
#include "store/journal.h"

namespace homeroom::store {
namespace {

constexpr std::int64_t seqs_per_search = 32;

enum class RunOf : std::uint8_t { room, user };

// The seqs of one room's or one user's events, ascending, some at a time.
struct Run {
    RunOf of;
    std::string_view key;
    std::vector<Seq> seqs{};
    std::size_t next = 0;
    bool ended = false;
};

// Reads the run's next seqs in (after, last].
Status refill(Database& db, Run& run, Seq after, Seq last) {
    auto select = run.of == RunOf::room
                      ? db.statement(
                            "SELECT seq FROM journal WHERE room = ? AND seq > ?"
                            " AND seq <= ? ORDER BY seq LIMIT ?")
                      : db.statement(
                            "SELECT seq FROM journal_audience WHERE user = ? AND seq > ?"
                            " AND seq <= ? ORDER BY seq LIMIT ?");
    select.bind_all(run.key, to_number(after), to_number(last), seqs_per_search);
    run.seqs.clear();
    run.next = 0;
    for (;;) {
        TRY(const bool row, select.step());
        if (!row) break;
        run.seqs.push_back(static_cast<Seq>(select.number(0)));
    }
    run.ended = run.seqs.size() < static_cast<std::size_t>(seqs_per_search);
    return Ok{};
}

// All runs as one, ascending. A seq that several have comes out once.
class Merge {
public:
    Merge(Database& db, Seq last) : db_(db), last_(last) {}

    Status add(RunOf of, std::string_view key, Seq after) {
        Run run{of, key};
        TRY_OK(refill(db_, run, after, last_));
        if (run.seqs.empty()) return Ok{};
        heads_.emplace(run.seqs.front(), runs_.size());
        runs_.push_back(std::move(run));
        return Ok{};
    }

    bool empty() const { return heads_.empty(); }

    Result<Seq> pop() {
        const Seq seq = heads_.top().first;
        while (!heads_.empty() && heads_.top().first == seq) {
            const std::size_t index = heads_.top().second;
            Run& run = runs_[index];
            heads_.pop();
            if (++run.next == run.seqs.size() && !run.ended) {
                TRY_OK(refill(db_, run, seq, last_));
            }
            if (run.next < run.seqs.size()) heads_.emplace(run.seqs[run.next], index);
        }
        return seq;
    }

private:
    using Head = std::pair<Seq, std::size_t>;  // the run's next seq, its place in runs_

    Database& db_;
    Seq last_;
    std::vector<Run> runs_{};
    std::priority_queue<Head, std::vector<Head>, std::greater<>> heads_{};
};

std::vector<std::string> users_from_text(std::string_view text) {
    std::vector<std::string> users;
    if (text.empty()) return users;
    const auto array = nlohmann::json::parse(text, nullptr, false);
    if (!array.is_array()) return users;
    for (const auto& user : array) {
        if (user.is_string()) users.push_back(user.get<std::string>());
    }
    return users;
}

#define AUDIENCE_COLUMNS                                                                        \
    "seq, type, room, users, part_of, moment, CASE WHEN derived_from <> 0 AND EXISTS (SELECT 1" \
    " FROM journal_forgotten f WHERE f.seq = journal.derived_from) THEN 'forgotten' ELSE kind END"

StoredAudience audience_of(const Statement& row) {
    StoredAudience audience{.room = std::string(row.text(2)),
                            .kind = std::string(row.text(6)),
                            .users = users_from_text(row.text(3)),
                            .part_of = std::string(row.text(4)),
                            .moment = static_cast<Seq>(row.number(5))};
    // Also where that follows from another row.
    if (audience.kind == "forgotten") audience.room.clear();
    return audience;
}

JournalEvent event_of(const Statement& row) {
    JournalEvent event{.seq = static_cast<Seq>(row.number(0)),
                       .type = std::string(row.text(1)),
                       .audience = audience_of(row),
                       .payload = std::string(row.text(7))};
    if (event.audience.kind == "forgotten") event.payload = "{}";
    return event;
}

// A few new events: each is looked at.
Status read_each(Database& db, Seq after, std::string_view user, std::span<const std::string> rooms,
                 std::size_t limit, JournalPage& page) {
    const std::unordered_set<std::string_view> wanted(rooms.begin(), rooms.end());
    auto select = db.statement("SELECT " AUDIENCE_COLUMNS
                               ", payload FROM journal"
                               " WHERE seq > ? AND seq <= ? ORDER BY seq");
    select.bind_all(to_number(after), to_number(page.through));
    for (;;) {
        TRY(const bool row, select.step());
        if (!row) return Ok{};
        const bool in_room = !select.is_null(2) && wanted.contains(select.text(2));
        if (!in_room && std::ranges::count(users_from_text(select.text(3)), user) == 0) continue;
        if (page.events.size() == limit) {
            page.more = true;
            return Ok{};
        }
        page.events.push_back(event_of(select));
    }
}

// Many: those that are meant are searched for.
Status read_merged(Database& db, Seq after, std::string_view user,
                   std::span<const std::string> rooms, std::size_t limit, JournalPage& page) {
    Merge merge(db, page.through);
    for (const std::string& room : rooms) TRY_OK(merge.add(RunOf::room, room, after));
    TRY_OK(merge.add(RunOf::user, user, after));
    auto select = db.statement("SELECT " AUDIENCE_COLUMNS ", payload FROM journal WHERE seq = ?");
    while (!merge.empty() && page.events.size() < limit) {
        TRY(const Seq seq, merge.pop());
        select.bind(1, to_number(seq));
        TRY(const bool row, select.step());
        if (row) page.events.push_back(event_of(select));  // always, within one snapshot
    }
    page.more = !merge.empty();
    return Ok{};
}

}  // namespace

Result<JournalPage> read_after(Database& db, Seq after, std::string_view user,
                               std::span<const std::string> rooms, std::size_t limit) {
    JournalPage page;
    TRY(page.through, last_seq(db));
    if (page.through <= after) return page;
    // Looking at an event costs about what a search does.
    const bool few = page.through - after <= rooms.size();
    TRY_OK((few ? read_each : read_merged)(db, after, user, rooms, limit, page));
    if (page.more) page.through = page.events.empty() ? after : page.events.back().seq;
    return page;
}

Result<std::vector<JournalEvent>> read_on(Database& db, Seq after, std::size_t limit) {
    auto select = db.statement("SELECT " AUDIENCE_COLUMNS
                               ", payload, notes FROM journal"
                               " WHERE seq > ? ORDER BY seq LIMIT ?");
    select.bind_all(to_number(after), static_cast<std::int64_t>(limit));
    std::vector<JournalEvent> events;
    for (;;) {
        TRY(const bool row, select.step());
        if (!row) return events;
        events.push_back(event_of(select));
        events.back().notes = std::string(select.text(8));
    }
}

Result<std::optional<JournalHead>> read_head(Database& db, Seq seq) {
    auto select = db.statement("SELECT " AUDIENCE_COLUMNS ", id, at FROM journal WHERE seq = ?");
    select.bind(1, to_number(seq));
    TRY(const bool found, select.step());
    if (!found) return std::optional<JournalHead>{};
    return std::optional{JournalHead{.seq = seq,
                                     .id = std::string(select.text(7)),
                                     .at = std::string(select.text(8)),
                                     .type = std::string(select.text(1)),
                                     .audience = audience_of(select)}};
}

}  // namespace homeroom::store
