// Where live classes are, who may begin one, and which addresses may be given. Judged at the moment
// of each request.
#pragma once

#include <string>
#include <string_view>

#include "campus/surface.h"

namespace homeroom::features::live {

// The room that a request names: by the id of a class, course, group or institution, or by the
// room's name. Its staff, or the platform; to outsiders every room is `not_found`, whether it
// exists or not.
Result<std::string> requested_room(const campus::WriteCall& call, const campus::Json& request);

bool names_place(const campus::Json& request);

// Whether he may begin, change and end it: the room's staff, and the platform.
bool runs(const campus::Directory& directory, const campus::Principal& who, std::string_view room);
// Whether what he sends may be seen: who has prepared or started it, as long as he is staff.
bool may_publish(const campus::Directory& directory, std::string_view user, std::string_view room,
                 std::string_view presenter);
// Whose picture it is may have left the staff since. Then it is nobody's: it is shown to nobody,
// and another one of the staff may take it over. What the platform has started is shown, and may be
// taken over, too.
bool is_presented(const campus::Directory& directory, std::string_view room,
                  std::string_view presenter);
bool may_take_over(const campus::Directory& directory, std::string_view user, std::string_view room,
                   std::string_view presenter);

// Whether its members may know how many they are: not in a group whose people are not shown to each
// other (decision 15). There neither a count is told, nor anything that follows from one.
bool tells_numbers(const campus::Directory& directory, std::string_view room);

// An https address without credentials, of a stream or a recording elsewhere.
bool is_public_url(std::string_view url);
// The request's field; empty where it has none.
Result<std::string> requested_url(const campus::Json& request);

}  // namespace homeroom::features::live
