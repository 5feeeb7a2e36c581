#include "codec/placeholders.h"

#include <charconv>
#include <vector>

#include "codec/json_scan.h"

namespace homeroom::codec::socketio {
namespace {

struct Open {
    bool object = false;
    bool key_next = false;
    PlaceholderMarks marks{};
};

std::optional<std::size_t> attachment_number(std::string_view value, std::size_t attachments) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc{} || number >= attachments) return std::nullopt;
    if (end != value.data() + value.size() &&
        std::string_view{".eE"}.find(*end) != std::string_view::npos)
        return std::nullopt;
    return number;
}

void take_key(std::string_view& rest, Open& object, std::size_t attachments) {
    const std::string key = json::unescape(json::take_literal(rest));
    rest.remove_prefix(rest.find(':') + 1);
    rest.remove_prefix(rest.find_first_not_of(" \t\r\n"));
    object.marks.see(key, rest, attachments);
    object.key_next = false;
}

}  // namespace

void PlaceholderMarks::see(std::string_view key, std::string_view value, std::size_t attachments) {
    if (key == "_placeholder") marked = value.starts_with("true");
    if (key == "num") number = attachment_number(value, attachments);
}

bool placeholders_hold(std::string_view json, std::size_t attachments) {
    std::vector<Open> open;
    while (!json.empty()) {
        switch (json.front()) {
            case '"':
                if (!open.empty() && open.back().key_next) {
                    take_key(json, open.back(), attachments);
                } else {
                    json::take_literal(json);
                }
                continue;
            case '{': open.push_back({.object = true, .key_next = true}); break;
            case '[': open.push_back({}); break;
            case '}':
                if (open.back().marks.marked && !open.back().marks.number) return false;
                open.pop_back();
                break;
            case ']': open.pop_back(); break;
            case ',': open.back().key_next = open.back().object; break;
            default: break;
        }
        json.remove_prefix(1);
    }
    return true;
}

}  // namespace homeroom::codec::socketio
