// Study groups, which people make themselves: open, by invitation, secret.
//
//   group:create, :update, :close                 making.cpp
//   group:join, :leave, :accept, :decline         joining.cpp
//   group:invite, :uninvite                       inviting.cpp
//   group:remove, :appoint, :transfer             leading.cpp
//   group:list, :find, :get                       reading.cpp
//   PUT and DELETE of the platform's back end     provisioning.cpp
//   what it keeps of people                       personal.cpp
//
// A group's room is one like a class's to all other features. What of it is true at a moment, who
// is in it and what that opens, is in campus/groups; this is only what people can ask.
//
// Rules (docs/decisions/0015-groups.md): a group belongs to a room, and only who is there can be in
// it. To those who are not in a secret group, and not invited, it is one that never was.
#pragma once

#include "campus/personal_data.h"
#include "campus/surface.h"

namespace homeroom::features::groups {

void register_groups(campus::Surface& surface);

// What it keeps of people (campus/personal_data.h).
campus::PersonalData personal_data();

}  // namespace homeroom::features::groups
