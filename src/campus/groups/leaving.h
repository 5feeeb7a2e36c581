// How people come into a study group and out of it again: the rows and what is told of it. The
// directory is told by the caller, in the same step: a request by WriteCall::groups, the roster at
// once.
//
// Writer thread, or before it starts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "campus/groups/group_records.h"
#include "campus/room_changes.h"
#include "campus/roster/directory.h"

namespace homeroom::campus {

// As `group:left` says it.
enum class Leaving : std::uint8_t { left, removed, closed, roster };

struct GroupStep {
    const Directory& directory;
    store::Transaction& transaction;
    const std::string& by_json;  // who does it, for the events
};

// Somebody who is not in it comes in, or (with another role) is something else in it from now on.
Status put_into_group(GroupStep step, StoredGroup& group, const std::string& user, GroupRole role);
// A member goes. The owner's place goes to the staff member, else the member, who came first; with
// the last one the group is closed.
Status take_out_of_group(GroupStep step, StoredGroup& group, const std::string& user,
                         Leaving leaving);
// Everybody goes; whoever is invited is no longer.
Status close_group(GroupStep step, StoredGroup& group);

// `group:changed`, to its members: what it is, and who leads it.
Status tell_of_group(GroupStep step, const StoredGroup& group);

// `group:uninvited`, to whoever was invited.
Status tell_uninvited(GroupStep step, const std::string& group, const std::string& user);

// Of these people, whoever is not in the room any more that a group of his belongs to is out of the
// group, for good. One who is disabled is only away. Notes whose rooms are others by it.
Status end_lapsed_memberships(const std::vector<std::string>& users, Directory& directory,
                              store::Transaction& transaction, RoomChanges& news);
// The same of everybody who is in any: at start, for what passed meanwhile.
Status end_lapsed_memberships(Directory& directory, store::Transaction& transaction);

}  // namespace homeroom::campus
