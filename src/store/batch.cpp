// BEGIN, a savepoint for each command, what they left for the end, COMMIT, and what each failure of
// these means for whom.
#include "store/batch.h"

#include <algorithm>
#include <exception>
#include <functional>
#include <iterator>

#include "base/clock.h"
#include "base/log.h"
#include "store/thrown.h"

namespace homeroom::store {
namespace {

using WorksBeforeCommit = std::vector<std::function<Status(Database&)>>;

template <typename W, typename Argument>
Status run_work(const W& work, Argument& argument) {
    try {
        return work(argument);
    } catch (const std::exception& thrown) {
        log::error("store: a command threw type={}", type_of(thrown));
        return Error{Code::internal, "a command failed unexpectedly"};
    }
}

Outcome run_in_savepoint(Database& db, const Work& work, Seq next, WorksBeforeCommit& later) {
    if (Status status = db.save(); !status.ok()) return {status, {}};
    Transaction transaction(db, next, to_rfc3339(wall_now()));
    Status status = run_work(work, transaction);
    if (status.ok()) status = db.keep();
    if (status.ok()) {
        std::ranges::move(transaction.works_before_commit(), std::back_inserter(later));
        return {Ok{}, std::move(transaction.events())};
    }
    if (db.in_transaction()) {
        // Neither can fail for want of anything: they only forget. If one does, the transaction is
        // not one to commit.
        if (const Status undone = db.undo(); !undone.ok()) {
            log::error("store: cannot undo a command: {}", undone.error().message);
            if (db.in_transaction()) static_cast<void>(db.rollback());
        }
    }
    return {std::move(status), {}};
}

Status commit(Database& db, const WorksBeforeCommit& works) {
    for (const auto& work : works) TRY_OK(run_work(work, db));
    return db.commit();
}

// Whoever was refused, too: perhaps because of what a command before his did, which never was. Only
// who is told to try again, or of a fault of ours, is told so still.
void fail_all(std::vector<Outcome>& outcomes, const Error& error) {
    const auto decides_nothing = [](const Status& status) {
        if (status.ok()) return false;
        const Code code = status.error().code;
        return code == Code::unavailable || code == Code::rate_limited || code == Code::internal;
    };
    for (Outcome& outcome : outcomes) {
        if (!decides_nothing(outcome.status)) outcome = Outcome{error, {}};
    }
}

// Whether it took place, when the answer did not come: asks until it is known, or `patience` ends.
Status settle(Database& db, const Patience& patience, Status committed) {
    log::warn("store: a commit's answer was lost: {}", committed.error().message);
    do {
        const auto settled = db.settle_commit();
        if (!settled.ok()) {
            if (settled.error().code == Code::unavailable) continue;
            break;
        }
        log::warn("store: the commit {}", *settled ? "took place" : "did not take place");
        return *settled ? Status(Ok{}) : committed;
    } while (patience());
    return Error{Code::unavailable, "it is not known whether this was done"};
}

}  // namespace

std::vector<Outcome> run_batch(Database& db, std::span<const Work* const> works, Seq last,
                               const Patience& patience) {
    std::vector<Outcome> outcomes;
    outcomes.reserve(works.size());
    if (const Status begun = db.begin(Purpose::write); !begun.ok()) {
        log::warn("store: cannot begin: {}", begun.error().message);
        outcomes.assign(works.size(), Outcome{begun, {}});
        return outcomes;
    }
    WorksBeforeCommit before_commit;
    Seq next = last + 1;
    for (const Work* work : works) {
        outcomes.push_back(run_in_savepoint(db, *work, next, before_commit));
        next += outcomes.back().events.size();
        if (!db.in_transaction()) {
            log::warn("store: a batch was given up commands={}", outcomes.size());
            fail_all(
                outcomes,
                Error{Code::unavailable, "the store could not finish; try again", {}, retry_after});
            return outcomes;
        }
    }
    Status committed = commit(db, before_commit);
    if (!committed.ok() && db.commit_is_unknown())
        committed = settle(db, patience, std::move(committed));
    if (!committed.ok()) {
        log::error("store: cannot commit: {}", committed.error().message);
        if (db.in_transaction()) static_cast<void>(db.rollback());
        fail_all(outcomes, committed.error());
    }
    return outcomes;
}

}  // namespace homeroom::store
