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
    if (Status status = db.statement("SAVEPOINT command").run(); !status.ok()) return {status, {}};
    Transaction transaction(db, next, to_rfc3339(wall_now()));
    Status status = run_work(work, transaction);
    if (status.ok()) status = db.statement("RELEASE command").run();
    if (status.ok()) {
        std::ranges::move(transaction.works_before_commit(), std::back_inserter(later));
        return {Ok{}, std::move(transaction.events())};
    }
    if (db.in_transaction()) {
        // Neither can fail for want of anything: they only forget. If one does, the transaction is
        // not one to commit.
        Status undone = db.statement("ROLLBACK TO command").run();
        if (undone.ok()) undone = db.statement("RELEASE command").run();
        if (!undone.ok()) {
            log::error("store: cannot undo a command: {}", undone.error().message);
            static_cast<void>(db.statement("ROLLBACK").run());
        }
    }
    return {std::move(status), {}};
}

Status commit(Database& db, const WorksBeforeCommit& works) {
    for (const auto& work : works) TRY_OK(run_work(work, db));
    return db.statement("COMMIT").run();
}

void fail_those_that_succeeded(std::vector<Outcome>& outcomes, const Error& error) {
    for (Outcome& outcome : outcomes) {
        if (outcome.status.ok()) outcome = Outcome{error, {}};
    }
}

}  // namespace

std::vector<Outcome> run_batch(Database& db, std::span<const Work* const> works, Seq last) {
    std::vector<Outcome> outcomes;
    outcomes.reserve(works.size());
    if (const Status begun = db.statement("BEGIN IMMEDIATE").run(); !begun.ok()) {
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
            fail_those_that_succeeded(
                outcomes, Error{Code::unavailable, "the store could not finish; try again"});
            return outcomes;
        }
    }
    if (const Status committed = commit(db, before_commit); !committed.ok()) {
        log::error("store: cannot commit: {}", committed.error().message);
        if (db.in_transaction()) static_cast<void>(db.statement("ROLLBACK").run());
        fail_those_that_succeeded(outcomes, committed.error());
    }
    return outcomes;
}

}  // namespace homeroom::store
