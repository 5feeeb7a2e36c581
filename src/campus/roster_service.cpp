#include "campus/roster_service.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "base/log.h"
#include "campus/audience.h"
#include "campus/roster/roster_store.h"
#include "campus/session_event.h"

namespace homeroom::campus {
namespace {

// Of each turn of a loop, so that its other connections hardly notice.
constexpr auto joining_per_turn_max = std::chrono::milliseconds{2};

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

// Gives who left what.
Result<std::vector<Departure>> journal_changes(const std::vector<Before>& before,
                                               const Directory& directory,
                                               store::Transaction& transaction) {
    std::vector<Departure> departures;
    for (const Before& one : before) {
        // Nobody who was unknown a moment ago can have a connection or a cursor.
        if (!one.known) continue;
        const RoomSet now = directory.rooms_of(one.user);
        if (now == one.rooms) continue;
        const auto was = one.rooms.all();
        const auto is = now.all();
        auto left = missing_from(was, is);
        // Written as text at once: an import tells thousands in one commit, which posts wait for.
        const std::string body = R"({"joined":)" + Json(missing_from(is, was)).dump() +
                                 R"(,"left":)" + Json(left).dump() + R"(,"rooms":)" +
                                 to_json_text(now) + "}";
        if (!left.empty()) departures.push_back({one.user, std::move(left)});
        TRY_OK(transaction.publish({
            .type = "rooms:changed",
            .audience = Audience::members(room_name(RoomKind::user, one.user)).stored(),
            .by_json = "null",
            .body = body,
        }));
    }
    return departures;
}

}  // namespace

Result<RosterEffect> apply_roster_changes(const Directory::Changes& decided, Directory& directory,
                                          store::Transaction& transaction) {
    const Directory::Changes changes = with_dependents(decided, directory);
    RosterEffect effect{.touched = directory.affected_users(changes)};
    std::vector<Before> before;
    before.reserve(effect.touched.size());
    for (const std::string& user : effect.touched) {
        before.push_back({user, directory.person(user).has_value(), directory.rooms_of(user)});
    }
    TRY_OK(save_changes(transaction.db(), changes));
    directory.apply(changes);
    TRY(effect.departures, journal_changes(before, directory, transaction));
    return effect;
}

struct RosterService::Change {
    Decide decide;
    Answer answer;
    SteadyTime since = std::chrono::steady_clock::now();
    RosterEffect effect{};
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
                    reroute(std::move(shared->effect), shared->since,
                            [shared] { shared->answer(Ok{}); });
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
    ++begun_;
    TRY(change.effect, apply_roster_changes(changes, directory_, transaction));
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

void RosterService::reroute(RosterEffect effect, SteadyTime since, std::function<void()> done) {
    const auto shared = std::make_shared<const RosterEffect>(std::move(effect));
    if (!shared->departures.empty()) {
        // Past what is in order: later is too late, and nothing is sent by it.
        server_.post_all_then(
            [this, shared](hub::Hub& hub) { gateway_.expel(hub, shared->departures); },
            [this, since] { silence_.record(std::chrono::steady_clock::now() - since); });
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
    auto effect = std::make_shared<RosterEffect>();
    const auto since = std::chrono::steady_clock::now();
    const Date before_today = directory_.today();
    const bool taken = store_.submit({
        .work = [this, today, effect](store::Transaction& transaction) -> Status {
            if (directory_.today() == today) return Ok{};
            std::vector<Before> before;
            for (const std::string& user : directory_.affected_by_today(today)) {
                before.push_back({user, true, directory_.rooms_of(user)});
            }
            for (const Before& one : before) effect->touched.push_back(one.user);
            directory_.set_today(today);
            TRY(effect->departures, journal_changes(before, directory_, transaction));
            return Ok{};
        },
        .done =
            [this, effect, since, before_today](const Status& status) {
                if (!status.ok()) {
                    // Back, so that it is tried again and those concerned hear of it.
                    log::error("the change of date was not stored: {}", status.error().message);
                    directory_.set_today(before_today);
                    effect->departures.clear();
                }
                reroute(std::move(*effect), since, [] {});
            },
    });
    if (!taken) log::warn("the change of date waits: too much to do");
}

}  // namespace homeroom::campus
