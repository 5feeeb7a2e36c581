// How a session ends, by whomever and whatever; and the rows of what is to happen to it later.
#pragma once

#include <string>

#include "campus/schedule.h"
#include "features/study/session.h"

namespace homeroom::features::study {

inline constexpr const char* reminder_kind = "study.reminder";
inline constexpr const char* unstarted_kind = "study.unstarted";
inline constexpr const char* length_kind = "study.length";
inline constexpr const char* empty_kind = "study.empty";

// Of a session that waits to be started.
Status plan_times(store::Transaction& transaction, const Session& session, WallTime now);
Status forget_times(store::Transaction& transaction, const std::string& session);

// Ended, or cancelled where it never began: everybody in it has left, and its room is told.
Status finish(store::Transaction& transaction, const campus::Directory& directory, Session& session,
              WallTime now, const std::string& by_json);

}  // namespace homeroom::features::study
