// Who may call whom, be in a call, see it and be its host: the school's policy and the roster of
// this moment. To who may not see a call it is one that never was.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "campus/contact.h"
#include "campus/surface.h"
#include "features/calls/call.h"

namespace homeroom::features::calls {

// Of a call that does not exist, and of one that he may not know of.
Error no_such_call();

// Whether he may know of it: he is of it and nothing keeps it from him, or he is in its room.
bool may_see(const campus::Directory& directory, const Call& call, std::string_view user);
// Of a call that he may know of, whether he may know who else is of it: not who has gone from one
// between people that goes on, nor who was taken out of it, nor who is not of its room any more,
// nor, where there is a lobby, who is not in it, or was not, and leads nothing there.
bool may_see_others(const campus::Directory& directory, const Call& call, std::string_view user);
// Whether he may look it up: of one that is over, whoever was of it; who has gone from one between
// people that goes on does not watch it.
bool may_look_up(const campus::Directory& directory, const Call& call, std::string_view user);
// Whether he may be in it now: a member of its room; of a call between people, whoever may still be
// in contact with who called him, or oversees what students have among themselves.
bool may_be_in(const campus::SchoolPolicy& policy, const campus::Directory& directory,
               const Call& call, std::string_view user);
// Those who are in it, or whom it rings at, and may not be any more.
std::vector<std::string> intruders(const campus::SchoolPolicy& policy,
                                   const campus::Directory& directory, const Call& call);
// Whether he may end it for all, ring others and say who shows his screen: who began it, and the
// staff of its room, or who oversees it.
bool is_host(const campus::SchoolPolicy& policy, const campus::Directory& directory,
             const Call& call, std::string_view user);
// Whether he leads what happens in it: mutes, lets in, asks, lowers hands. In a room its host;
// between people the staff among them alone.
bool leads(const campus::Directory& directory, const Call& call, std::string_view user);
// Whether nobody mutes him there: staff of its room, and between people any.
bool is_staff_in(const campus::Directory& directory, const Call& call, std::string_view user);
// By the roster, of anything: who leads a group may be anybody.
bool is_of_the_staff(const campus::Directory& directory, std::string_view user);
// Whether he may ring people of the room in which the call is: its host; where the members of a
// group are kept from each other, only its staff, as nobody else can tell who is one.
bool may_ring_in_room(const campus::Directory& directory, const Call& call, std::string_view user);
// Whether he says whose screen is shown, and needs nobody's leave for his own: in a room its host;
// between people the staff among them, and where there is none everybody.
bool leads_screens(const campus::SchoolPolicy& policy, const campus::Directory& directory,
                   const Call& call, std::string_view user);
// Whether he is of the staff that may come into it to look, and be seen.
bool oversees(const campus::SchoolPolicy& policy, const campus::Directory& directory,
              const Call& call, std::string_view user);
// The classes and courses whose staff oversee a call among students; none of most.
std::vector<std::string> overseeing_rooms(const campus::SchoolPolicy& policy,
                                          const campus::Directory& directory, const Call& call);

// Whether each of them may write to each other.
Status require_acquaintance(const campus::SchoolPolicy& policy, const campus::Directory& directory,
                            const std::vector<std::string>& all, const char* field);
// Whether all these people, who are there already or are called, may be in one call with the
// caller; `called`: those of them whom he calls. The error's field is `field`.
Status require_company(const campus::SchoolPolicy& policy, const campus::Directory& directory,
                       std::string_view caller, const std::vector<std::string>& called,
                       const std::vector<std::string>& all, const char* field);
// Whether he may come to those who are in it: after he had gone as if he were called anew; and not
// before the staff without whom students may not talk to each other.
Status require_company_to_come(const campus::SchoolPolicy& policy,
                               const campus::Directory& directory, const Call& call,
                               std::string_view user);
// Whether he may begin a call in this room, as `to`.
Status require_room_to_begin(const campus::SchoolPolicy& policy, const campus::Directory& directory,
                             std::string_view user, std::string_view room);

// Whose address others may not see: what he sends must be relayed.
bool is_relayed(const campus::SchoolPolicy& policy, const campus::Directory& directory,
                std::string_view user);

// What there is to know of somebody who is called. That he is busy, all who are of the call learn:
// it is said if each of them may see his presence.
Result<Callee> judge_callee(const campus::WriteCall& call, std::string_view user,
                            const std::vector<std::string>& all, WallTime now);

}  // namespace homeroom::features::calls
