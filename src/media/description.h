// What a media server's door looks at in a description (SDP, RFC 8866): what is in it, whose
// connection it is of, and nothing else. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "media/backend.h"

namespace homeroom::media {

struct Content {
    std::size_t sounds = 0;    // m=audio
    std::size_t pictures = 0;  // m=video
    std::size_t others = 0;    // anything else: channels for data
    // Of the connection that made it, equal in all of its descriptions (o=, RFC 9429 §5.2.2).
    std::string session{};
    std::string sound{}, picture{};  // the mids of the last of each
};
Content content_of(std::string_view description);

// Whether that may be sent on this link: one sound and one picture at most, and no data.
Status check_content(const Content& content, Link link);

// Whether the line is this attribute (`name` in small letters), read as loosely as anybody may who
// is sent it: a return alone ends a line, Janus and Firefox know names in capitals, and Firefox
// skips what stands before a name and takes a space for the colon behind it.
bool is_attribute(std::string_view line, std::string_view name);

// Without candidates: a browser finds the media server and is known by that; a server that is told
// candidates would send to wherever a client says.
std::string without_candidates(std::string_view description);

}  // namespace homeroom::media
