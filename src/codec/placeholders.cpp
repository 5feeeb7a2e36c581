#include "codec/placeholders.h"

#include <charconv>
#include <vector>

#include "codec/json_scan.h"

namespace homeroom::codec::socketio {
namespace {

struct Open {
    bool object = false;
    bool key_next = false;
    bool marked = false;    // "_placeholder": true
    bool numbered = false;  // "num": the number of an attachment
};

// The literal at the beginning of `rest`, which is shortened by it.
std::string_view take_string(std::string_view& rest) {
    std::size_t end = 1;
    while (rest[end] != '"') end += rest[end] == '\\' ? 2 : 1;
    const std::string_view literal = rest.substr(0, end + 1);
    rest.remove_prefix(end + 1);
    return literal;
}

bool is_attachment(std::string_view value, std::size_t attachments) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc{} || number >= attachments) return false;
    return end == value.data() + value.size() ||
           std::string_view{".eE"}.find(*end) == std::string_view::npos;
}

void take_key(std::string_view& rest, Open& object, std::size_t attachments) {
    const std::string key = json::unescape(take_string(rest));
    rest.remove_prefix(rest.find(':') + 1);
    rest.remove_prefix(rest.find_first_not_of(" \t\r\n"));
    if (key == "_placeholder") object.marked = rest.starts_with("true");
    if (key == "num") object.numbered = is_attachment(rest, attachments);
    object.key_next = false;
}

}  // namespace

bool placeholders_hold(std::string_view json, std::size_t attachments) {
    std::vector<Open> open;
    while (!json.empty()) {
        switch (json.front()) {
            case '"':
                if (!open.empty() && open.back().key_next) {
                    take_key(json, open.back(), attachments);
                } else {
                    take_string(json);
                }
                continue;
            case '{': open.push_back({.object = true, .key_next = true}); break;
            case '[': open.push_back({}); break;
            case '}':
                if (open.back().marked && !open.back().numbered) return false;
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
