// What a change of the roster, of a group or of the day makes of people's rooms, and of whom
// somebody is guardian of: told to each in `rooms:changed` and `guardian:changed`.
//
//   RoomChanges news{&mover.in_doubt()};
//   for (user : affected) news.note(user, directory);      before: his rooms are in doubt from here
//   …the directory is changed…
//   news.publish(directory, transaction);                  behind it
//   mover.move(…) behind the commit, mover.read_again() when it failed: they are not any more
//
// Writer thread, or before it starts.
#pragma once

#include <functional>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "campus/rooms_in_doubt.h"
#include "campus/roster/directory.h"
#include "store/store.h"

namespace homeroom::campus {

// Somebody who was taken out of rooms.
struct Departure {
    std::string user{};
    std::vector<std::string> left{};
};

// Whose sockets have to follow.
struct Rerouting {
    std::vector<std::string> touched{};   // whose rooms or standing may differ
    std::vector<Departure> departures{};  // who is out of which rooms
};

// Who makes sockets and the door follow (RosterService). Writer thread.
class RoomMover {
public:
    virtual ~RoomMover() = default;
    virtual RoomsInDoubt& in_doubt() = 0;
    // Behind the commit: moves the sockets of those whose rooms a change has made others that was
    // handed in at `since`, and takes them out of doubt; `done` when they are in their rooms.
    virtual void move(Rerouting rerouting, SteadyTime since, std::function<void()> done) = 0;
    // A command has changed the directory and fails. At once, because other commands of its batch
    // come before its answer: nothing may be decided by, or built upon, what was never stored.
    virtual void directory_is_ahead() = 0;
    // Whether it is so still: no command is carried out, each is answered try_again_soon().
    virtual bool is_ahead() const = 0;
    // Behind the commit that failed: the rows are the truth.
    virtual void read_again() = 0;
};

// Of a command that comes while the rooms of people are being read again.
Error try_again_soon();

class RoomChanges {
public:
    // Nothing: nobody can come before it is committed (offline, or before the start).
    explicit RoomChanges(RoomsInDoubt* in_doubt) : in_doubt_(in_doubt) {}

    void note(const std::string& user, const Directory& directory);  // the first time only
    // To those for whom it made a difference.
    Result<Rerouting> publish(const Directory& directory, store::Transaction& transaction) const;

private:
    struct Before {
        std::string user;
        bool known;
        RoomsInDoubt::Rooms rooms;
        std::vector<std::string> wards;
    };
    static Status publish_rooms(const Before& before, const Directory& directory,
                                store::Transaction& transaction, Rerouting& rerouting);
    static Status publish_wards(const Before& before, const Directory& directory,
                                store::Transaction& transaction);

    RoomsInDoubt* in_doubt_;
    std::vector<Before> before_{};
    std::unordered_set<std::string> noted_{};
};

}  // namespace homeroom::campus
