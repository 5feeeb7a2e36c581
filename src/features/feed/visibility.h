// Who may see a post, within its room: everyone, the staff, or some people. Fails closed: what is
// not understood is seen by nobody.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "campus/audience.h"
#include "campus/surface.h"

namespace homeroom::features::feed {

struct Visibility {
    enum class Kind : std::uint8_t { everyone, staff, users };
    Kind kind = Kind::everyone;
    std::vector<std::string> users{};  // of Kind::users; the author is not among them by himself
};

// The request's `visibility`, by default everyone.
Result<Visibility> read_visibility(const campus::Json& request);
// Named users must be members of the room. To be asked when nothing else can refuse the request:
// who is in the room cannot be tried out then without leaving a post.
Status require_members(const Visibility& visibility, const std::string& room,
                       std::string_view author, const campus::Directory& directory);
campus::Json to_json(const Visibility& visibility);

std::string_view stored_kind(const Visibility& visibility);
Result<Visibility::Kind> kind_from_stored(std::string_view text);

// Those who may see a post, and therefore every event about it.
campus::Audience audience_of(const std::string& room, const std::string& author,
                             const Visibility& visibility);

}  // namespace homeroom::features::feed
