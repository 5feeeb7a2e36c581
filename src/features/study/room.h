// What happens in a session that is live: who comes and goes, what is shared, where everybody is.
//
// Each function is a command on the writer thread: it loads the session, judges who asks, changes
// the rows, and says what the others are to be told of it after the commit. None knows connections;
// who does is live.h.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "campus/surface.h"
#include "features/study/attendance.h"
#include "features/study/session.h"

namespace homeroom::features::study {

struct RoomCall {
    store::Transaction& transaction;
    const campus::Directory& directory;
    WallTime now;
    std::chrono::milliseconds grace;
};

// What a command has made of a session, for those who are told.
struct Happening {
    struct News {
        campus::Json member{};  // member_view
        std::string user{};
        const char* change = "";  // joined, back, away, left, moved
    };
    Session session{};                     // as it is now
    bool state = false;                    // what all share is different
    std::vector<std::string> breakouts{};  // those in which something is
    std::vector<News> members{};
    std::vector<std::string> placed{};     // who are told anew in which breakout room they are
    bool gathered = false;                 // everybody is told that he is in none
    std::optional<WallTime> away_until{};  // when somebody is away for too long
    std::size_t present = 0;
    campus::Json answer = campus::Json::object();
};

// The user is in it from now on. The answer is all that he needs to take part.
Result<Happening> join(RoomCall& call, const std::string& user, const std::string& session);
// He says that he leaves, or his last connection is lost.
Result<Happening> leave(RoomCall& call, const std::string& user, const std::string& session);
Result<Happening> lose(RoomCall& call, const std::string& user, const std::string& session);

// { patch, version?, breakout? }, { raised, user? }, { rooms | count, seconds? }, {},
// { breakout, user? }: of somebody who is in it.
Result<Happening> patch_state(RoomCall& call, const std::string& user, const std::string& session,
                              const campus::Json& request);
Result<Happening> raise_hand(RoomCall& call, const std::string& user, const std::string& session,
                             const campus::Json& request);
Result<Happening> divide(RoomCall& call, const std::string& user, const std::string& session,
                         const campus::Json& request);
Result<Happening> gather(RoomCall& call, const std::string& user, const std::string& session,
                         const campus::Json& request);
Result<Happening> move(RoomCall& call, const std::string& user, const std::string& session,
                       const campus::Json& request);

// What the clock does: phases end, breakout rooms close, whoever stays away has left. Nothing: it
// is not live any more.
Result<std::optional<Happening>> keep_time(RoomCall& call, const std::string& session);

// Whether he is in it at this moment, in the store's eyes; with "/" and an id behind the session's:
// in that breakout room.
Result<bool> is_in_room(store::Database& db, const campus::Directory& directory,
                        std::string_view user, std::string_view room);
inline constexpr std::string_view room_prefix = "study-";

}  // namespace homeroom::features::study
