// Who may reach whom by messages and calls, and who may oversee what students have among
// themselves: the school's policy, judged by the
// roster of this moment. Pure functions of policy and directory.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "campus/roster/directory.h"
#include "campus/school_policy.h"

namespace homeroom::campus {

using MessagePolicy = SchoolPolicy::Messages;

enum class Contact : std::uint8_t {
    allowed,
    refused,   // they share a class, course or group that shows its members, so they know of each
               // other
    stranger,  // they share none, or one of them is not there: the other may not know that he
               // exists
};
Contact contact_between(const MessagePolicy& policy, const RoomSet& one, const RoomSet& other);
Contact contact_between(const MessagePolicy& policy, const Directory& directory,
                        std::string_view one, std::string_view other);

// Whether each of them may write to each other. Those who are not there at present do not count.
bool may_all_write(const MessagePolicy& policy, const Directory& directory,
                   const std::vector<std::string>& users);

// The classes and courses whose staff may read a conversation of these people: none unless the
// school supervises, and all of them who are there are students. Not groups: who leads one may be
// one of them.
std::vector<std::string> supervising_rooms(const MessagePolicy& policy, const Directory& directory,
                                           const std::vector<std::string>& users);
// False where the school wants staff to be able to read, and nobody's could.
bool is_supervised_enough(const MessagePolicy& policy, const Directory& directory,
                          const std::vector<std::string>& users);

}  // namespace homeroom::campus
