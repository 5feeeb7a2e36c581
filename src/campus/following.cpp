#include "campus/following.h"

#include <memory>
#include <utility>

#include "base/limits.h"
#include "base/log.h"

namespace homeroom::campus {
namespace {

constexpr store::Migration following_schema[] = {
    {"following/1", R"sql(
        CREATE TABLE journal_followers (
            name TEXT PRIMARY KEY,
            seq INTEGER NOT NULL,
            position TEXT NOT NULL DEFAULT ''
        ) WITHOUT ROWID;
    )sql"},
};

}  // namespace

std::span<const store::Migration> following_migrations() {
    return following_schema;
}

Result<std::string> oldest_unfollowed(store::Database& db) {
    auto select = db.statement(
        "SELECT at FROM journal WHERE seq > (SELECT min(seq) FROM journal_followers)"
        " ORDER BY seq LIMIT 1");
    TRY(const bool row, select.step());
    return row ? std::string{select.text(0)} : std::string{};
}

Following::Following(store::Store& store, const Directory& directory, std::string name,
                     Follower& follower)
    : store_(store), directory_(directory), name_(std::move(name)), follower_(follower) {}

Status Following::prepare() {
    return store_.db()
        .statement("INSERT OR IGNORE INTO journal_followers (name, seq) VALUES (?, ?)")
        .bind_all(std::string_view{name_}, static_cast<std::int64_t>(store_.last_seq()))
        .run();
}

void Following::on_event(const store::JournalEvent& event) {
    if (follower_.concerns(event)) wanted_.store(true);
}

void Following::on_batch_end(store::Seq) {
    if (wanted_.load()) submit_step();
}

void Following::look() {
    wanted_.store(true);
    submit_step();
}

// When the store refuses, there is more to come, and with it another end of a batch.
void Following::submit_step() {
    if (under_way_.exchange(true)) return;
    wanted_.store(false);
    const auto step = std::make_shared<Step>();
    const bool taken = store_.submit({
        .work = [this, step](store::Transaction& transaction) { return work(*step, transaction); },
        .done = [this, step](const Status& status) { end_step(*step, status); },
    });
    if (taken) return;
    wanted_.store(true);
    under_way_.store(false);
}

void Following::end_step(const Step& step, const Status& status) {
    bool again = step.more;
    if (status.ok()) {
        failures_ = 0;
    } else {
        // Nothing of the step is stored. A store that cannot write is left alone until the next
        // event, or the next look.
        again = step.failed != 0 && status.error().code != Code::unavailable;
        failures_ = again && failing_ == step.failed ? failures_ + 1 : 1;
        failing_ = step.failed;
        log::warn("following failed name={} seq={} attempt={} code={}", name_, step.failed,
                  failures_, to_string(status.error().code));
    }
    under_way_.store(false);
    if (again || wanted_.load()) submit_step();
}

Status Following::work(Step& step, store::Transaction& transaction) {
    auto& db = transaction.db();
    TRY(Cursor cursor, load_cursor(db));
    TRY(const auto events, store::read_on(db, cursor.seq, limits::follower_events_per_step_max));
    std::size_t budget = limits::follower_work_per_step_max;
    for (const store::JournalEvent& event : events) {
        if (budget == 0) break;
        step.failed = event.seq;
        TRY_OK(follow_one(event, cursor, budget, transaction));
        if (!cursor.position.empty()) break;
    }
    step.failed = 0;
    const bool all_done = !events.empty() && cursor.seq == events.back().seq;
    step.more =
        !events.empty() && (!all_done || events.size() == limits::follower_events_per_step_max);
    if (events.empty()) return Ok{};
    return save_cursor(db, cursor);
}

// One step of one event: the cursor is behind it, or has the position at which to go on.
Status Following::follow_one(const store::JournalEvent& event, Cursor& cursor, std::size_t& budget,
                             store::Transaction& transaction) {
    const std::string position = std::exchange(cursor.position, {});
    const bool left_out = failing_ == event.seq && failures_ >= limits::follower_attempts_max;
    if (left_out) log::error("following leaves an event out name={} seq={}", name_, event.seq);
    if (!left_out && follower_.concerns(event)) {
        --budget;
        FollowCall call{event, position, directory_, transaction};
        TRY(auto further, follower_.follow(call));
        if (further) {
            cursor.position = std::move(*further);
            return Ok{};
        }
    }
    cursor.seq = event.seq;
    return Ok{};
}

Result<Following::Cursor> Following::load_cursor(store::Database& db) const {
    auto select = db.statement("SELECT seq, position FROM journal_followers WHERE name = ?");
    select.bind(1, std::string_view{name_});
    TRY(const bool found, select.step());
    if (!found) return Error{Code::internal, "a follower has no cursor"};
    return Cursor{static_cast<store::Seq>(select.number(0)), std::string{select.text(1)}};
}

Status Following::save_cursor(store::Database& db, const Cursor& cursor) const {
    return db.statement("UPDATE journal_followers SET seq = ?, position = ? WHERE name = ?")
        .bind_all(static_cast<std::int64_t>(cursor.seq), std::string_view{cursor.position},
                  std::string_view{name_})
        .run();
}

}  // namespace homeroom::campus
