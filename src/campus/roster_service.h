// The one way in which the roster changes while the server runs: rows, directory, journal and live
// sockets in step.
//
//   transaction: save rows → change the directory → journal `rooms:changed` for whom it concerns →
//   commit, then on every loop:
//     leave    whoever left a room is out of it; what waited there for him is dropped   (silence)
//     events   what was committed before this change
//     join     the rooms of all concerned, a few at a turn                     (the caller is
//     answered) events   this change's own, and later ones
//
// So from the answer on nothing that was published later reaches a socket through a room that was
// left, and nobody misses anything of a room that `rooms:changed` told him of.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/duration_histogram.h"
#include "campus/fanout.h"
#include "campus/gateway.h"
#include "campus/room_changes.h"
#include "campus/roster/directory.h"

namespace homeroom::campus {

// One step of the roster's change, offline or not: rows, directory, the groups that somebody cannot
// be in any more, and `rooms:changed` for every user who was known before and whose rooms differ.
// Whose rooms may differ from then on is in doubt.
Result<Rerouting> apply_roster_changes(const Directory::Changes& changes, Directory& directory,
                                       store::Transaction& transaction,
                                       RoomsInDoubt* in_doubt = nullptr);

class RosterService : public RoomMover {
public:
    using Answer = std::function<void(Status)>;

    RosterService(store::Store& store, Directory& directory, Gateway& gateway, Fanout& fanout,
                  hub::Server& server);

    // What to change, decided on the writer thread against what is true there. An Error changes
    // nothing.
    using Decide = std::function<Result<Directory::Changes>(store::Transaction&)>;

    // Any thread; `answer` is called once, on any thread.
    void change(Decide decide, Answer answer);

    // How often the roster has begun to change, and how often that has ended. For what is worked
    // out of a snapshot on another thread: it still holds on the writer if nothing was under way
    // before the snapshot (is_settled) and the version is the same.
    struct Version {
        std::uint64_t begun = 0;
        std::uint64_t ended = 0;
        bool is_settled() const { return begun == ended; }
        bool operator==(const Version&) const = default;
    };
    Version version() const { return {begun_.load(), ended_.load()}; }

    // From when a change was handed in until whoever left a room was out of it on every loop; of
    // changes by which somebody did.
    DurationHistogram::Values silence() const { return silence_.values(); }

    // Reads roster and groups again when the directory is ahead of the rows and that could not be
    // done at once. Any thread; about once a second.
    void tick();

    // As RoomMover has them.
    RoomsInDoubt& in_doubt() override { return gateway_.rooms_in_doubt(); }
    void move(Rerouting rerouting, SteadyTime since, std::function<void()> done) override;
    void directory_is_ahead() override { ++times_ahead_; }
    // The directory holds changes that were never stored: since it ran ahead the last time it has
    // not been read.
    bool is_ahead() const override { return times_ahead_ != times_ahead_when_read_; }
    void read_again() override;

    // The day on which enrolments are judged moves on: whoever's membership differs is rerouted.
    void set_today(Date today);

private:
    struct Change;
    struct Expelling;
    void expel(std::size_t loop, const std::shared_ptr<Expelling>& expelling, std::size_t begin);
    Status work(Change& change, store::Transaction& transaction);
    void submit_reading();
    // What the turn of the day ends for these, and tells them.
    Result<Rerouting> publish_turn(const std::vector<std::string>& turned, RoomChanges& news,
                                   store::Transaction& transaction);

    store::Store& store_;
    Directory& directory_;
    Gateway& gateway_;
    Fanout& fanout_;
    hub::Server& server_;
    std::atomic<std::uint64_t> times_ahead_{0};
    std::atomic<std::uint64_t> times_ahead_when_read_{0};
    std::atomic<bool> reading_again_{false};
    std::atomic<std::uint64_t> begun_{0};
    std::atomic<std::uint64_t> ended_{0};
    DurationHistogram silence_{};
};

}  // namespace homeroom::campus
