// Who may receive an event: a closed type without a default. Empty means nobody.
//
// It is decided when an event is journalled, kept with it, and judged anew whenever it is about to
// be shown: when it is routed, when it is replayed, and in every read. A plain value.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "campus/roster/directory.h"
#include "store/journal.h"

namespace homeroom::campus {

// Of what is told now and kept nowhere: whoever is there, however late he came.
inline constexpr store::Seq this_moment = std::numeric_limits<store::Seq>::max();

class Audience {
public:
    // All members of a room, a user's own ("user-ada") included.
    static Audience members(std::string room);
    // The room's staff, and `author` beside them, all only as long as they are in the room.
    static Audience staff(std::string room, std::string author);
    // The named users, as long as they are in the room, or in the group conversation.
    static Audience users(std::string room, std::vector<std::string> users);
    // The named users as long as they are on the roster: a conversation that nobody can leave.
    static Audience people(std::string conversation, std::vector<std::string> users);
    // One person, whatever rooms he is in, and the named guardians beside him, each as long as he
    // is one.
    static Audience person(std::string_view user, std::vector<std::string> guardians);

    // The same, of something that came to be at that moment of the journal: in a group that keeps
    // its past from newcomers, and in a conversation, those who have been in it since.
    Audience at(store::Seq moment) const;

    // One user of this audience alone, in his own room: for what is derived from an event, and is
    // to be seen by him as long as he may see that.
    Audience for_one(std::string_view user) const;

    static Audience from_stored(store::StoredAudience stored);
    const store::StoredAudience& stored() const { return stored_; }
    // As one text, for a feature's own table. What is not understood is nobody.
    static Audience from_text(std::string_view text);
    std::string to_text() const;

    // Whether this user may see it now.
    bool admits(std::string_view user, const Directory& directory) const;

    // Where it is sent: sockets in any of `rooms` that are also in `within` (when not empty).
    struct Route {
        std::vector<std::string> rooms{};  // empty: nobody
        std::string within{};
    };
    Route route(const Directory& directory) const;

private:
    enum class Kind : std::uint8_t { nobody, members, staff, users, people, person };
    static constexpr std::array<std::string_view, 6> kind_names{"",      "room",   "staff",
                                                                "users", "people", "person"};

    Audience(Kind kind, std::string room, std::vector<std::string> users);
    Audience(Kind kind, store::StoredAudience stored) : kind_(kind), stored_(std::move(stored)) {}
    bool in_room(std::string_view user, const Directory& directory) const;
    bool is_of_latecomers(const Directory& directory) const;
    bool names(std::string_view user) const;
    std::string room_of_one() const;

    Kind kind_;
    store::StoredAudience stored_;
};

}  // namespace homeroom::campus
