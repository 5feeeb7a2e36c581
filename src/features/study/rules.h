// Who may do what in a session, and whose being there whom is shown. Judged at the moment of each
// request and each delivery.
#pragma once

#include <string>
#include <string_view>

#include "campus/roster/directory.h"
#include "features/study/session.h"

namespace homeroom::features::study {

// Who runs it: who made it, and the staff of the room. The caller has judged that he may see it.
bool runs(const campus::Directory& directory, const Session& session, std::string_view user);
// Or leads it now.
bool runs_or_leads(const campus::Directory& directory, const Session& session,
                   std::string_view user);
// Agenda, timer and what is current, of the session as a whole.
bool may_edit(const campus::Directory& directory, const Session& session, std::string_view user);

// Whether everybody in the room is shown that this member is in the session; otherwise its staff
// alone are: in a group that does not list its members, and of whoever has opted out.
bool is_shown_to_all(const campus::Directory& directory, const std::string& room,
                     std::string_view member);
bool may_know(const campus::Directory& directory, const std::string& room, std::string_view viewer,
              std::string_view member);

}  // namespace homeroom::features::study
