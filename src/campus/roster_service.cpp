#include "campus/roster_service.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "base/log.h"
#include "campus/audience.h"
#include "campus/membership_history.h"
#include "campus/roster/roster_store.h"

namespace homeroom::campus {
namespace {

// Beyond this many users it is cheaper to look at every socket than to look up every user.
constexpr std::size_t rerouted_singly_max = 1'000;

std::vector<std::string> missing_from(const std::vector<std::string>& from,
                                      const std::vector<std::string>& in) {
    std::vector<std::string> missing;
    for (const std::string& room : from) {
        if (std::ranges::find(in, room) == in.end()) missing.push_back(room);
    }
    return missing;
}

struct Before {
    std::string user;
    bool known;
    RoomSet rooms;
};

Status journal_changes(const std::vector<Before>& before, const Directory& directory,
                       store::Transaction& transaction) {
    for (const Before& one : before) {
        // Nobody who was unknown a moment ago can have a connection or a cursor.
        if (!one.known) {
            if (directory.person(one.user)) TRY_OK(remember_arrival(transaction, one.user));
            continue;
        }
        const RoomSet now = directory.rooms_of(one.user);
        if (now == one.rooms) continue;
        const auto was = one.rooms.all();
        const auto is = now.all();
        const Json body{{"joined", missing_from(is, was)},
                        {"left", missing_from(was, is)},
                        {"rooms", to_json(now)}};
        TRY_OK(transaction.publish({
            .type = "rooms:changed",
            .audience = Audience::members(room_name(RoomKind::user, one.user)).stored(),
            .by_json = "null",
            .body = body.dump(),
        }));
    }
    return Ok{};
}

}  // namespace

Result<std::vector<std::string>> apply_roster_changes(const Directory::Changes& decided,
                                                      Directory& directory,
                                                      store::Transaction& transaction) {
    const Directory::Changes changes = with_dependents(decided, directory);
    auto affected = directory.affected_users(changes);
    std::vector<Before> before;
    before.reserve(affected.size());
    for (const std::string& user : affected) {
        before.push_back({user, directory.person(user).has_value(), directory.rooms_of(user)});
    }
    TRY_OK(save_changes(transaction.db(), changes));
    directory.apply(changes);
    TRY_OK(journal_changes(before, directory, transaction));
    return affected;
}

struct RosterService::Change {
    Decide decide;
    Answer answer;
    std::vector<std::string> affected{};
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
                if (status.ok()) {
                    // What was committed before this change is on its way under the old rooms.
                    fanout_.flush();
                    reroute(shared->affected, [shared] { shared->answer(Ok{}); });
                    return;
                }
                if (shared->directory_changed) reload();
                shared->answer(status);
            },
    });
    if (!taken) {
        shared->answer(
            Error{Code::unavailable, "too much to do; try again", "", std::chrono::seconds{1}});
    }
}

Status RosterService::work(Change& change, store::Transaction& transaction) {
    // Nothing may be decided by, or built upon, what was never stored.
    if (ahead_of_rows_)
        return Error{Code::unavailable, "the roster is being read again; try again", "",
                     std::chrono::seconds{1}};
    TRY(const Directory::Changes changes, change.decide(transaction));
    // From here on the directory may have run ahead of the rows.
    change.directory_changed = true;
    TRY(change.affected, apply_roster_changes(changes, directory_, transaction));
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
            directory_.load(records, directory_.today());
            ahead_of_rows_ = false;
            return Ok{};
        },
        .done =
            [this](const Status& status) {
                if (!status.ok())
                    log::error("the roster could not be read again: {}", status.error().message);
                server_.post_all([this](hub::Hub& hub) { gateway_.reroute_all(hub); });
            },
    });
    if (!taken) log::error("the roster could not be read again: the store refuses work");
}

void RosterService::reroute(const std::vector<std::string>& users, std::function<void()> done) {
    if (users.size() > rerouted_singly_max) {
        server_.post_all_then([this](hub::Hub& hub) { gateway_.reroute_all(hub); },
                              std::move(done));
        return;
    }
    auto shared = std::make_shared<const std::vector<std::string>>(users);
    server_.post_all_then(
        [this, shared](hub::Hub& hub) {
            for (const std::string& user : *shared) gateway_.reroute(hub, user);
        },
        std::move(done));
}

void RosterService::set_today(Date today) {
    // On the writer thread, like every change of the directory; the notice is journalled in the
    // same step.
    auto affected = std::make_shared<std::vector<std::string>>();
    const Date before_today = directory_.today();
    const bool taken = store_.submit({
        .work = [this, today, affected](store::Transaction& transaction) -> Status {
            if (directory_.today() == today) return Ok{};
            std::vector<Before> before;
            for (const std::string& user : directory_.affected_by_today(today)) {
                before.push_back({user, true, directory_.rooms_of(user)});
            }
            for (const Before& one : before) affected->push_back(one.user);
            directory_.set_today(today);
            return journal_changes(before, directory_, transaction);
        },
        .done =
            [this, affected, before_today](const Status& status) {
                if (!status.ok()) {
                    // Back, so that it is tried again and those concerned hear of it.
                    log::error("the change of date was not stored: {}", status.error().message);
                    directory_.set_today(before_today);
                }
                fanout_.flush();
                reroute(*affected, [] {});
            },
    });
    if (!taken) log::warn("the change of date waits: too much to do");
}

}  // namespace homeroom::campus
