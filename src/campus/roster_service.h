// The one way in which the roster changes while the server runs: rows, directory, journal and live
// sockets in step.
//
//   transaction: save rows → change the directory → journal `rooms:changed` for whom it concerns →
//   commit then:        every loop reroutes the sockets concerned → only now is the caller answered
//
// So once the answer is out, nothing published afterwards reaches a socket through a room that was
// left: what is published later is mailed to the loops later than the reroute.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "campus/fanout.h"
#include "campus/gateway.h"
#include "campus/roster/directory.h"

namespace homeroom::campus {

// One step of the roster's change, offline or not: rows, directory, the groups that somebody cannot
// be in any more, and `rooms:changed` for every user who was known before and whose rooms differ.
// Gives those concerned. The directory is changed
// last of what can fail but the commit.
Result<std::vector<std::string>> apply_roster_changes(const Directory::Changes& changes,
                                                      Directory& directory,
                                                      store::Transaction& transaction);

class RosterService {
public:
    using Answer = std::function<void(Status)>;

    RosterService(store::Store& store, Directory& directory, Gateway& gateway, Fanout& fanout,
                  hub::Server& server);

    // What to change, decided on the writer thread against what is true there. An Error changes
    // nothing.
    using Decide = std::function<Result<Directory::Changes>(store::Transaction&)>;

    // Any thread; `answer` is called once, on any thread.
    void change(Decide decide, Answer answer);

    // Reads the roster again when the directory is ahead of the rows and that could not be done at
    // once.
    void keep_house();

    // Moves the sockets of users whose rooms another change has made others; `done` when they are
    // in them. Writer thread, behind the commit.
    void move(const std::vector<std::string>& users, std::function<void()> done);

    // The day on which enrolments are judged moves on: whoever's membership differs is rerouted.
    void set_today(Date today);

private:
    struct Change;
    Status work(Change& change, store::Transaction& transaction);
    void reload();
    void reroute(const std::vector<std::string>& users, std::function<void()> done);

    store::Store& store_;
    Directory& directory_;
    Gateway& gateway_;
    Fanout& fanout_;
    hub::Server& server_;
    // The directory holds changes that were never stored. Set and cleared on the writer thread.
    std::atomic<bool> ahead_of_rows_{false};
};

}  // namespace homeroom::campus
