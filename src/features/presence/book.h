// Who is there, and what those who watch a room have been told of it. Time comes in and changes go
// out: no clock, no lock, no socket.
//
//   a user is as the most reserved of his wishes and the most active of his devices says:
//     invisible (nobody can tell it from offline) > busy > online > away > offline
//   the last device's leaving counts after a while, so that a page that loads anew, or a school
//   that loses its network for a moment, is no news
//
// What changes is gathered and told at intervals (changes()), each room's news as one list: a class
// that arrives together is a few messages, and who came and went between two of them is none.
// Memory: O(users who are there, or were once) + O(what was told in the rooms that are watched).
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/short_text.h"
#include "features/presence/availability.h"
#include "features/presence/person.h"

namespace homeroom::features::presence {

// To whom of a room a user is shown: nobody when he is not in it; the staff alone when he has opted
// out of the directory. Each may see what those before it may.
enum class Reach : std::uint8_t { nobody, staff, everyone };

// What others are shown of a user.
struct Sight {
    std::string user{};
    Availability status = Availability::offline;  // never invisible
    WallTime since{};
    Reach reach = Reach::nobody;
};

struct Times {
    SteadyTime steady{};
    WallTime wall{};
};

class Book {
public:
    using Device = Person::Device;
    // The rooms in which a user's presence is shown, as it is now.
    using RoomsOf = std::function<std::vector<std::string>(std::string_view user)>;
    using ReachIn = std::function<Reach(std::string_view user, std::string_view room)>;

    explicit Book(std::chrono::milliseconds linger) : linger_(linger) {}

    // As it was when the process ended. Before everything else.
    void restore(std::string_view user, std::optional<Availability> wish,
                 std::optional<WallTime> seen);

    void arrive(std::string_view user, Device device, Times now);
    void depart(std::string_view user, Device device, Times now);
    // `away` is the device's, and so is the `online` that ends it: neither tells anything of one
    // who is busy or invisible, for a client may say them by itself. Those two are the user's,
    // until a device that is not away says `online`. True: what is the user's has changed.
    bool wish(std::string_view user, Device device, Availability status, Times now);
    // The user's: busy, invisible or nothing.
    std::optional<Availability> wish_of(std::string_view user) const;
    // As he knows it himself.
    Availability status_of(std::string_view user) const;
    // The user's rooms, or who may see him, may have changed.
    void rerouted(std::string_view user);

    // Again by the same device: nothing new. `members` are all that are in the room.
    void watch(std::string_view room, Device device, const std::vector<std::string>& members,
               const ReachIn& reach_in);
    void unwatch(std::string_view room, Device device);
    // Those who are not offline, as the watchers of the room know it: what comes next changes that.
    // Who went offline since is not among them.
    std::vector<Sight> look(std::string_view room) const;
    // Those who are shown to be there, or would be to whoever may see them.
    std::vector<std::string> present() const;
    // When the user was last shown to be there; nothing when he is there, or never was.
    std::optional<WallTime> last_seen(std::string_view user) const;

    // What has not been told yet, by room and by whom it is for.
    struct News {
        enum class To : std::uint8_t { everyone, staff, all_but_staff };
        std::string room{};
        To to = To::everyone;
        std::vector<Sight> sights{};
    };
    // What is beyond these stays for the next time.
    struct Portion {
        std::size_t users = 0;             // looked at
        std::size_t changes_per_room = 0;  // told
    };
    std::vector<News> changes(Times now, const RoomsOf& rooms_of, const ReachIn& reach_in,
                              Portion portion);
    // Whether changes() would have something to do, now or when somebody has been gone for long
    // enough.
    bool is_idle() const { return dirty_.empty() && leaving_.empty() && untold_.empty(); }
    // Whose last_seen is new since the last call.
    std::vector<std::string> take_gone() { return std::exchange(gone_, {}); }

    std::size_t users() const { return people_.size(); }

private:
    struct Told {
        Availability status = Availability::offline;
        Reach reach = Reach::nobody;
        // Somebody who watches was not shown it, so that it is told once more.
        bool once_more = false;
        bool operator==(const Told&) const = default;
    };
    struct Room {
        std::unordered_set<Device> watchers{};
        std::map<std::string, Told> told{};  // of those who are not offline
    };
    struct Letters;  // a room's news while they are gathered

    static Availability status_of(const Person& person);
    Person* find(std::string_view user) const;  // nullptr: there is none
    Person& find_or_add(std::string_view user);
    void changed(Person& person, WallTime now);
    void note_change(std::string_view user);
    void end_leaving(Times now);
    void spread(std::string user, const RoomsOf& rooms_of);
    // True: there was something to tell.
    bool tell(Room& room, Letters& letters, const std::string& user, Reach reach, WallTime now);
    void forget_if_gone(std::string_view user);

    std::chrono::milliseconds linger_;
    boost::unordered_flat_set<std::unique_ptr<Person>, TextHash, TextEqual> people_{};
    std::unordered_map<std::string, WallTime> seen_{};  // of whoever was shown once
    std::vector<std::string> gone_{};
    std::unordered_map<std::string, Room> rooms_{};  // that are watched
    std::unordered_set<std::string> dirty_{};        // users; nobody while no room is watched
    std::unordered_map<std::string, SteadyTime> leaving_{};  // since when they have no device
    std::map<std::string, std::set<std::string>> untold_{};  // users, by room
};

}  // namespace homeroom::features::presence
