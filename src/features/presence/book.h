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
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/clock.h"

namespace homeroom::features::presence {

enum class Availability : std::uint8_t { offline, away, online, busy, invisible };
std::string_view to_string(Availability status);
// What a client may wish for: "online", "away", "busy", "invisible".
std::optional<Availability> status_from(std::string_view text);

// What others are shown of a user.
struct Sight {
    std::string user{};
    Availability status = Availability::offline;  // never invisible
    WallTime since{};
};

struct Times {
    SteadyTime steady{};
    WallTime wall{};
};

class Book {
public:
    using Device = std::uint64_t;
    // The rooms in which a user's presence is shown, as it is now.
    using RoomsOf = std::function<std::vector<std::string>(std::string_view user)>;
    using IsMember = std::function<bool(std::string_view user, std::string_view room)>;

    explicit Book(std::chrono::milliseconds linger) : linger_(linger) {}

    void arrive(std::string_view user, Device device, Times now);
    void depart(std::string_view user, Device device, Times now);
    // `away` is the device's, and so is `online`; `busy` and `invisible` are the user's, until
    // another wish of any device.
    void wish(std::string_view user, Device device, Availability status, Times now);
    // The user's rooms may have changed.
    void rerouted(std::string_view user);

    // A watcher more, one less; `members` are all that are in the room.
    void watch(std::string_view room, const std::vector<std::string>& members);
    void unwatch(std::string_view room);
    // Those who are not offline, as the watchers of the room know it: what comes next changes that.
    std::vector<Sight> look(std::string_view room) const;

    // What has not been told yet, by room, at most `per_room_max` of each; the rest stays for the
    // next time.
    struct News {
        std::string room{};
        std::vector<Sight> sights{};
    };
    std::vector<News> changes(Times now, const RoomsOf& rooms_of, const IsMember& is_member,
                              std::size_t per_room_max);
    // Whether changes() would have something to do, now or when somebody has been gone for long
    // enough.
    bool is_idle() const { return dirty_.empty() && leaving_.empty() && untold_.empty(); }

    std::size_t users() const { return people_.size(); }

private:
    struct Person {
        std::map<Device, Availability> devices{};  // online or away
        std::optional<Availability> wish{};        // busy or invisible
        std::optional<SteadyTime> leaving{};       // since there is no device
        Availability shown = Availability::offline;
        WallTime since{};
        std::set<std::string> told_in{};  // rooms whose watchers were told of another than offline
    };
    struct Room {
        std::size_t watchers = 0;
        std::map<std::string, Availability> told{};  // of those who are not offline
    };

    static Availability status_of(const Person& person);
    void changed(const std::string& user, Person& person, WallTime now);
    void end_leaving(Times now);
    std::optional<Sight> tell(const std::string& room, const std::string& user, bool is_member);
    void forget_if_gone(const std::string& user);

    std::chrono::milliseconds linger_;
    std::unordered_map<std::string, Person> people_{};
    std::unordered_map<std::string, Room> rooms_{};  // that are watched
    std::unordered_set<std::string> dirty_{};        // users
    std::unordered_set<std::string> leaving_{};
    std::map<std::string, std::set<std::string>> untold_{};  // users, by room
};

}  // namespace homeroom::features::presence
