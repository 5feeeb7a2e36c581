#include "media/description.h"

#include <algorithm>

#include "base/ascii.h"

namespace homeroom::media {
namespace {

template <typename Visit>
void for_each_line(std::string_view text, Visit&& visit) {
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of("\r\n"), text.size());
        if (end > 0) visit(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
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

bool is_attribute(std::string_view line, std::string_view name) {
    constexpr std::string_view between = ": \t";
    if (line.size() < 2 || ascii::lower(line[0]) != 'a' || line[1] != '=') return false;
    line.remove_prefix(std::min(line.find_first_not_of(between, 2), line.size()));
    return ascii::same_letters(line.substr(0, line.find_first_of(between)), name);
}

std::string without_candidates(std::string_view description) {
    std::string text;
    text.reserve(description.size());
    for_each_line(description, [&](std::string_view line) {
        if (is_attribute(line, "candidate") || is_attribute(line, "remote-candidates") ||
            is_attribute(line, "end-of-candidates"))
            return;
        text += line;
        text += "\r\n";
    });
    return text;
}

}  // namespace homeroom::media
