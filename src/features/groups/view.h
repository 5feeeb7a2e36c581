// Study groups, their members and invitations in the contract's JSON, as one person may see them.
#pragma once

#include <string_view>

#include "campus/groups/group_view.h"

namespace homeroom::features::groups {

// What all may see, with what he is in it (`mine`), and how many he may know to be in it
// (`members`; null where that is none of his business).
campus::Json own_view(const campus::Directory& directory, const campus::StoredGroup& group,
                      std::string_view user);
// [{ user, role }] of those of whom he may know that they are in it.
campus::Json members_view(const campus::Directory& directory, const campus::StoredGroup& group,
                          std::string_view user);
// To the invited: { group, by, at }.
campus::Json invitation_view(const campus::Directory& directory, const campus::StoredGroup& group,
                             const campus::Invitation& invitation);

}  // namespace homeroom::features::groups
