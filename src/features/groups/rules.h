// Which group a request means, and what the caller may do with it. Everything that he may not know
// of is `not_found`, in the same words as what is not there.
#pragma once

#include <string>
#include <string_view>

#include "campus/groups/leaving.h"
#include "campus/surface.h"

namespace homeroom::features::groups {

using campus::StoredGroup;

Error unknown_group();

// The request's `group`, if it is there at all; whether the caller may know of it is to be asked
// next.
Result<StoredGroup> named_group(store::Database& db, const campus::Json& request);
// The same, of which the caller is a member, as one of its staff, as its owner.
Result<StoredGroup> own_group(const campus::WriteCall& call, const campus::Json& request);
Result<StoredGroup> led_group(const campus::WriteCall& call, const campus::Json& request);
Result<StoredGroup> owned_group(const campus::WriteCall& call, const campus::Json& request);

// Whether somebody who is not in it finds it: it is not secret, and he is in the room it belongs
// to.
bool is_in_reach(const campus::Directory& directory, const campus::StudyGroup& group,
                 std::string_view user);
// The room that a new group is to belong to, which the caller is in.
Result<std::string> requested_home(const campus::WriteCall& call, const campus::Json& request);
// Whether the school lets him make such a group there.
Status require_maker(const campus::WriteCall& call, const std::string& home,
                     campus::GroupAccess access);
// One more.
Status require_place(const campus::Directory& directory, const StoredGroup& group,
                     std::string_view user);

// The request's fields; nothing where one is not there.
Result<std::string> requested_title(const campus::Json& request);
Result<std::optional<std::string>> requested_about(const campus::Json& request);
Result<std::optional<campus::GroupAccess>> requested_access(const campus::Json& request);
Result<std::optional<campus::GroupHistory>> requested_history(const campus::Json& request);
Result<std::string> requested_user(const campus::Json& request);

}  // namespace homeroom::features::groups
