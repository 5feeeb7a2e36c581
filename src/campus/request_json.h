// JSON that came from outside, as a value. Within limits: our Json keeps the order of an object's
// members and therefore looks each new one up among all before it, which a request of a hundred
// thousand members would turn into minutes.
#pragma once

#include <string_view>

#include "base/result.h"
#include "campus/surface.h"

namespace homeroom::campus {

// `text` must be an object; no object in it has more than limits::object_members_max members.
Result<Json> parse_object(std::string_view text);

}  // namespace homeroom::campus
