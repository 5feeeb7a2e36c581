// Sessions in the contract's JSON.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "campus/surface.h"
#include "features/study/attendance.h"
#include "features/study/session.h"

namespace homeroom::features::study {

// As everybody sees it who may: nothing of what is shared in it, nor of who is there.
campus::Json session_view(const campus::Directory& directory, const Session& session);

// For those who are in it.
campus::Json state_view(const campus::Directory& directory, const Session& session);
campus::Json breakout_state_view(const Breakout& breakout);
// What one of them is told of where he is: the breakout room, or null.
campus::Json placement_view(const campus::Directory& directory, const Session& session,
                            const Breakout* breakout);
campus::Json member_view(const campus::Directory& directory, const Session& session,
                         const Presence& member);
// Of these, whom the viewer may know to be there.
campus::Json members_view(const campus::Directory& directory, const Session& session,
                          const std::vector<Presence>& members, std::string_view viewer);

// Journals an event about a session to its room; it is forgotten with the session.
Status announce(store::Transaction& transaction, const campus::Directory& directory,
                const Session& session, const char* type, const std::string& by_json);

}  // namespace homeroom::features::study
