#include "campus/roster_service.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "base/log.h"
#include "campus/groups/leaving.h"
#include "campus/room_changes.h"
#include "campus/roster/roster_store.h"

namespace homeroom::campus {
namespace {

// Of each turn of a loop, so that its other connections hardly notice.
constexpr auto joining_per_turn_max = std::chrono::milliseconds{2};
// A few milliseconds. Whoever's turn is later is out all the same, by the re-route, before he would
// get anything that was published behind the change.
constexpr std::size_t departures_per_turn_max = 256;

}  // namespace

Result<Rerouting> apply_roster_changes(const Directory::Changes& decided, Directory& directory,
                                       store::Transaction& transaction,
                                       const BeforeChange& before) {
    const Directory::Changes changes = with_dependents(decided, directory);
    const auto affected = directory.affected_users(changes);
    RoomChanges news;
    for (const std::string& user : affected) news.note(user, directory);
    TRY_OK(save_changes(transaction.db(), changes));
    if (before) before(affected);
    directory.apply(changes);
    TRY_OK(end_lapsed_memberships(affected, directory, transaction, news));
    return news.publish(directory, transaction);
}

struct RosterService::Change {
    Decide decide;
    Answer answer;
    SteadyTime since = std::chrono::steady_clock::now();
    Rerouting rerouting{};
    bool directory_changed = false;
    std::vector<std::string> in_doubt{};  // until it is committed
};

RosterService::RosterService(store::Store& store, Directory& directory, Gateway& gateway,
                             Fanout& fanout, hub::Server& server)
    : store_(store), directory_(directory), gateway_(gateway), fanout_(fanout), server_(server) {}

void RosterService::change(Decide decide, Answer answer) {
    auto shared = std::make_shared<Change>(Change{std::move(decide), std::move(answer)});
    const bool taken = store_.submit({
        .work = [this,
                 shared](store::Transaction& transaction) { return work(*shared, transaction); },
        .done =
            [this, shared](const Status& status) {
                if (shared->directory_changed) ++ended_;
                if (status.ok()) {
                    gateway_.rooms_in_doubt().remove(shared->in_doubt);
                    move(std::move(shared->rerouting), shared->since,
                         [shared] { shared->answer(Ok{}); });
                    return;
                }
                if (shared->directory_changed) reload();
                shared->answer(status);
            },
    });
    if (!taken) shared->answer(too_much_to_do());
}

Status RosterService::work(Change& change, store::Transaction& transaction) {
    // Nothing may be decided by, or built upon, what was never stored.
    if (ahead_of_rows_)
        return Error{Code::unavailable, "the roster is being read again; try again", "",
                     std::chrono::seconds{1}};
    TRY(const Directory::Changes changes, change.decide(transaction));
    // From here on the directory may have run ahead of the rows.
    change.directory_changed = true;
    ++begun_;
    auto rerouting = apply_roster_changes(changes, directory_, transaction,
                                          [&](const std::vector<std::string>& users) {
                                              change.in_doubt = users;
                                              gateway_.rooms_in_doubt().add(users);
                                          });
    if (!rerouting.ok()) {
        // At once: other commands of this batch come before the answer to this one.
        ahead_of_rows_ = true;
        return rerouting.error();
    }
    change.rerouting = std::move(*rerouting);
    return Ok{};
}

void RosterService::keep_house() {
    if (ahead_of_rows_) reload();
}

void RosterService::reload() {
    // The directory ran ahead of a commit that failed: the rows are the truth.
    ahead_of_rows_ = true;
    log::warn("a roster change could not be stored; reading the roster again");
    const bool taken = store_.submit({
        .work = [this](store::Transaction& transaction) -> Status {
            TRY(const auto records, load_roster(transaction.db()));
            TRY(auto groups, load_groups(transaction.db()));
            directory_.load(records, directory_.today());
            directory_.groups().load(std::move(groups));
            return Ok{};
        },
        .done =
            [this](const Status& status) {
                // As long as the directory may be ahead nobody is moved by it: what this read was
                // of the same commit.
                if (!status.ok()) {
                    log::error("the roster could not be read again: {}", status.error().message);
                    return;
                }
                gateway_.rooms_in_doubt().undo();
                ahead_of_rows_ = false;
                server_.post_all([this](hub::Hub& hub) { gateway_.reroute_all(hub); });
            },
    });
    if (!taken) log::error("the roster could not be read again: the store refuses work");
}

// What all loops share while they take people out of what they have left.
struct RosterService::Expelling {
    Expelling(std::shared_ptr<const Rerouting> from, SteadyTime began, std::size_t loops)
        : rerouting(std::move(from)), since(began), loops_left(loops) {}
    const std::shared_ptr<const Rerouting> rerouting;
    const SteadyTime since;
    std::atomic<std::size_t> loops_left;
};

void RosterService::expel(std::size_t loop, const std::shared_ptr<Expelling>& expelling,
                          std::size_t begin) {
    server_.post(loop, [this, loop, expelling, begin](hub::Hub& hub) {
        const std::span<const Departure> all{expelling->rerouting->departures};
        const auto some = all.subspan(begin, std::min(departures_per_turn_max, all.size() - begin));
        gateway_.expel(hub, some);
        const std::size_t end = begin + some.size();
        if (end < all.size()) return expel(loop, expelling, end);
        if (--expelling->loops_left == 0)
            silence_.record(std::chrono::steady_clock::now() - expelling->since);
    });
}

void RosterService::move(Rerouting rerouting, SteadyTime since, std::function<void()> done) {
    const auto shared = std::make_shared<const Rerouting>(std::move(rerouting));
    if (!shared->departures.empty()) {
        // Past what is in order: later is too late.
        const auto expelling = std::make_shared<Expelling>(shared, since, server_.loops());
        for (std::size_t loop = 0; loop < server_.loops(); ++loop) expel(loop, expelling, 0);
    }
    fanout_.flush();
    fanout_.order().everywhere(
        [this, shared]() -> LoopOrder::Work {
            return [this, shared, at = std::size_t{0}](hub::Hub& hub) mutable {
                const auto end = std::chrono::steady_clock::now() + joining_per_turn_max;
                while (at < shared->touched.size()) {
                    gateway_.reroute(hub, shared->touched[at++]);
                    if (std::chrono::steady_clock::now() >= end) break;
                }
                return at == shared->touched.size() ? LoopOrder::Step::finished
                                                    : LoopOrder::Step::next_turn;
            };
        },
        std::move(done));
}

void RosterService::set_today(Date today) {
    // On the writer thread, like every change of the directory; the notice is journalled in the
    // same step.
    auto rerouting = std::make_shared<Rerouting>();
    const auto since = std::chrono::steady_clock::now();
    const Date before_today = directory_.today();
    auto in_doubt = std::make_shared<std::vector<std::string>>();
    const bool taken = store_.submit({
        .work = [this, today, rerouting, in_doubt](store::Transaction& transaction) -> Status {
            if (directory_.today() == today || ahead_of_rows_) return Ok{};
            const auto turned = directory_.affected_by_today(today);
            RoomChanges news;
            for (const std::string& user : turned) news.note(user, directory_);
            *in_doubt = turned;
            gateway_.rooms_in_doubt().add(turned);
            directory_.set_today(today);
            // Until all of it has gone well: what comes behind it in this commit waits.
            ahead_of_rows_ = true;
            TRY_OK(end_lapsed_memberships(turned, directory_, transaction, news));
            TRY(*rerouting, news.publish(directory_, transaction));
            ahead_of_rows_ = false;
            return Ok{};
        },
        .done =
            [this, rerouting, since, before_today, in_doubt](const Status& status) {
                if (!status.ok()) {
                    // Back, so that it is tried again and those concerned hear of it.
                    log::error("the change of date was not stored: {}", status.error().message);
                    directory_.set_today(before_today);
                    return reload();  // which moves those concerned
                }
                gateway_.rooms_in_doubt().remove(*in_doubt);
                move(std::move(*rerouting), since, [] {});
            },
    });
    if (!taken) log::warn("the change of date waits: too much to do");
}

}  // namespace homeroom::campus
