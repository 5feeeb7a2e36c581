// What a change of the roster, of a group or of the day makes of people's rooms, and of whom
// somebody is guardian of: told to each in `rooms:changed` and `guardian:changed`.
//
//   RoomChanges news;
//   for (user : affected) news.note(user, directory);      before
//   …the directory is changed…
//   news.publish(directory, transaction);                  behind it
//
// Writer thread, or before it starts.
#pragma once

#include <string>
#include <unordered_set>
#include <vector>

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

class RoomChanges {
public:
    void note(const std::string& user, const Directory& directory);  // the first time only
    // To those for whom it made a difference.
    Result<Rerouting> publish(const Directory& directory, store::Transaction& transaction) const;

private:
    struct Before {
        std::string user;
        bool known;
        RoomSet rooms;
        std::vector<std::string> wards;
    };
    static Status publish_rooms(const Before& before, const Directory& directory,
                                store::Transaction& transaction, Rerouting& rerouting);
    static Status publish_wards(const Before& before, const Directory& directory,
                                store::Transaction& transaction);

    std::vector<Before> before_{};
    std::unordered_set<std::string> noted_{};
};

}  // namespace homeroom::campus
