// Reading the journal for one user: a merge of sorted runs, one for each of his rooms and one for
// himself. Its cost is one search in an index for each run and one for each few events that are
// given, however long the journal is and however much of it is for others.
#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <queue>

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
    select.bind_all(run.key, static_cast<std::int64_t>(after), static_cast<std::int64_t>(last),
                    seqs_per_search);
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

// False when it has been pruned since its seq was read; within a snapshot it is always there.
Result<bool> load(Database& db, JournalEvent& event) {
    auto select =
        db.statement("SELECT type, room, kind, users, payload FROM journal WHERE seq = ?");
    select.bind(1, static_cast<std::int64_t>(event.seq));
    TRY(const bool row, select.step());
    if (!row) return false;
    event.type = select.text(0);
    event.audience.room = select.text(1);
    event.audience.kind = select.text(2);
    event.audience.users = users_from_text(select.text(3));
    event.payload = select.text(4);
    return true;
}

}  // namespace

Result<JournalPage> read_after(Database& db, Seq after, std::string_view user,
                               std::span<const std::string> rooms, std::size_t limit) {
    JournalPage page;
    TRY(page.through, last_seq(db));
    if (page.through <= after) return page;

    Merge merge(db, page.through);
    for (const std::string& room : rooms) TRY_OK(merge.add(RunOf::room, room, after));
    TRY_OK(merge.add(RunOf::user, user, after));
    while (!merge.empty() && page.events.size() < limit) {
        TRY(const Seq seq, merge.pop());
        JournalEvent event{seq, {}, {}, {}};
        TRY(const bool there, load(db, event));
        if (there) page.events.push_back(std::move(event));
    }
    page.more = !merge.empty();
    if (page.more) page.through = page.events.empty() ? after : page.events.back().seq;
    return page;
}

}  // namespace homeroom::store
