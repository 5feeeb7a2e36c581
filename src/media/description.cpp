#include "media/description.h"

namespace homeroom::media {
namespace {

template <typename Visit>
void for_each_line(std::string_view text, Visit&& visit) {
    while (!text.empty()) {
        const auto end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (!line.empty()) visit(line);
    }
}

// o=<user> <session> <version> …
std::string session_of(std::string_view origin) {
    const auto begin = origin.find(' ');
    if (begin == std::string_view::npos) return {};
    origin.remove_prefix(begin + 1);
    return std::string{origin.substr(0, origin.find(' '))};
}

}  // namespace

Content content_of(std::string_view description) {
    Content content;
    std::string* mid = nullptr;  // of the section that this line is in
    std::size_t sections = 0;
    for_each_line(description, [&](std::string_view line) {
        if (line.starts_with("m=")) {
            const bool is_sound = line.starts_with("m=audio "),
                       is_picture = line.starts_with("m=video ");
            ++(is_sound ? content.sounds : is_picture ? content.pictures : content.others);
            mid = is_sound ? &content.sound : is_picture ? &content.picture : nullptr;
            // Where it says none, it is known by its place.
            if (mid != nullptr) *mid = std::to_string(sections);
            ++sections;
        } else if (mid != nullptr && line.starts_with("a=mid:"))
            *mid = line.substr(6);
        else if (line.starts_with("o=") && content.session.empty())
            content.session = session_of(line.substr(2));
    });
    return content;
}

Status check_content(const Content& content, Link link) {
    if (link == Link::watch) return Ok{};  // it answers what the media server offers
    if (content.session.empty() || content.sounds + content.pictures == 0)
        return Error{Code::invalid, "the description offers nothing", "data"};
    if (content.sounds > 1 || content.pictures > 1 || content.others > 0)
        return Error{Code::forbidden,
                     "one sound and one picture are sent on a link; a screen has a link of its own",
                     "data"};
    return Ok{};
}

std::string without_candidates(std::string_view description) {
    std::string text;
    text.reserve(description.size());
    for_each_line(description, [&](std::string_view line) {
        if (line.starts_with("a=candidate:") || line.starts_with("a=remote-candidates:") ||
            line == "a=end-of-candidates")
            return;
        text += line;
        text += "\r\n";
    });
    return text;
}

}  // namespace homeroom::media
