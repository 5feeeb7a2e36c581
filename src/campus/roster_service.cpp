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
                                       store::Transaction& transaction, RoomsInDoubt* in_doubt) {
    const Directory::Changes changes = with_dependents(decided, directory);
    const auto affected = directory.affected_users(changes);
    RoomChanges news{in_doubt};
    for (const std::string& user : affected) news.note(user, directory);
    TRY_OK(save_changes(transaction.db(), changes));
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
                    move(std::move(shared->rerouting), shared->since,
                         [shared] { shared->answer(Ok{}); });
                    return;
                }
                if (shared->directory_changed) read_again();
                shared->answer(status);
            },
    });
    if (!taken) shared->answer(too_much_to_do());
}

Status RosterService::work(Change& change, store::Transaction& transaction) {
    if (is_ahead()) return try_again_soon();
    TRY(const Directory::Changes changes, change.decide(transaction));
    // From here on the directory may have run ahead of the rows.
    change.directory_changed = true;
    ++begun_;
    auto rerouting = apply_roster_changes(changes, directory_, transaction, &in_doubt());
    if (!rerouting.ok()) {
        directory_is_ahead();
        return rerouting.error();
    }
    change.rerouting = std::move(*rerouting);
    return Ok{};
}

void RosterService::tick() {
    if (is_ahead()) submit_reading();
}

void RosterService::read_again() {
    directory_is_ahead();
    submit_reading();
}

void RosterService::submit_reading() {
    // One that waits will read what is true by then.
    if (reading_again_.exchange(true)) return;
    log::warn("a change of rooms could not be stored; reading the roster again");
    const auto read = std::make_shared<std::uint64_t>();
    const bool taken = store_.submit({
        .work = [this, read](store::Transaction& transaction) -> Status {
            *read = times_ahead_;
            TRY(const auto records, load_roster(transaction.db()));
            TRY(auto groups, load_groups(transaction.db()));
            directory_.load(records, directory_.today());
            directory_.groups().load(std::move(groups));
            return Ok{};
        },
        .done =
            [this, read](const Status& status) {
                reading_again_ = false;
                // As long as the directory may be ahead nobody is moved by it: what this read was
                // of the same commit.
                if (!status.ok()) {
                    log::error("the roster could not be read again: {}", status.error().message);
                    return;
                }
                times_ahead_when_read_ = *read;
                // Another command of the commit failed behind it, and has it read once more.
                if (is_ahead()) return;
                in_doubt().undo();
                server_.post_all([this](hub::Hub& hub) { gateway_.reroute_all(hub); });
            },
    });
    if (!taken) {
        reading_again_ = false;
        log::error("the roster could not be read again: the store refuses work");
    }
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
    in_doubt().remove(rerouting.touched);
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

Result<Rerouting> RosterService::publish_turn(const std::vector<std::string>& turned,
                                              RoomChanges& news, store::Transaction& transaction) {
    TRY_OK(end_lapsed_memberships(turned, directory_, transaction, news));
    return news.publish(directory_, transaction);
}

void RosterService::set_today(Date today) {
    // On the writer thread, like every change of the directory; the notice is journalled in the
    // same step.
    auto rerouting = std::make_shared<Rerouting>();
    const auto since = std::chrono::steady_clock::now();
    const Date before_today = directory_.today();
    const bool taken = store_.submit({
        .work = [this, today, rerouting](store::Transaction& transaction) -> Status {
            if (directory_.today() == today || is_ahead()) return Ok{};
            const auto turned = directory_.affected_by_today(today);
            RoomChanges news{&in_doubt()};
            for (const std::string& user : turned) news.note(user, directory_);
            directory_.set_today(today);
            auto told = publish_turn(turned, news, transaction);
            if (!told.ok()) {
                directory_is_ahead();
                return told.error();
            }
            *rerouting = std::move(*told);
            return Ok{};
        },
        .done =
            [this, rerouting, since, before_today](const Status& status) {
                if (!status.ok()) {
                    // Back, so that it is tried again and those concerned hear of it.
                    log::error("the change of date was not stored: {}", status.error().message);
                    directory_.set_today(before_today);
                    return read_again();  // which moves those concerned
                }
                move(std::move(*rerouting), since, [] {});
            },
    });
    if (!taken) log::warn("the change of date waits: too much to do");
}

}  // namespace homeroom::campus
