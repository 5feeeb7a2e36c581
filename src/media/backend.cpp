#include "media/backend.h"

namespace homeroom::media {

std::string_view to_string(Link link) {
    switch (link) {
        case Link::camera: return "camera";
        case Link::screen: return "screen";
        case Link::watch: return "watch";
    }
    return "";
}

std::optional<Link> link_of(std::string_view word) {
    for (const Link link : links)
        if (word == to_string(link)) return link;
    return std::nullopt;
}

Result<std::int64_t> Mesh::say(const Said&) {
    return Error{Code::conflict, "there is no media server: signals go to a member", "link"};
}

}  // namespace homeroom::media
