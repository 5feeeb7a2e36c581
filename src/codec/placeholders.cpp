#include "codec/placeholders.h"

#include <charconv>
#include <vector>

#include "codec/json_scan.h"

namespace homeroom::codec::socketio {
namespace {

struct Open {
    std::size_t begin = 0;
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

// One placeholder in a text.
struct Place {
    std::size_t begin;
    std::size_t end;
    std::optional<std::size_t> number;  // nothing: there is no such attachment
};

// Shows each placeholder, inner ones first, until `visit` says no. Whether it never did.
template <typename Visit>
bool walk(std::string_view json, std::size_t attachments, const Visit& visit) {
    const char* const start = json.data();
    const auto at = [&] { return static_cast<std::size_t>(json.data() - start); };
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
            case '{': open.push_back({.begin = at(), .object = true, .key_next = true}); break;
            case '[': open.push_back({}); break;
            case '}': {
                const Open& closed = open.back();
                if (closed.marks.marked &&
                    !visit(Place{closed.begin, at() + 1, closed.marks.number}))
                    return false;
                open.pop_back();
                break;
            }
            case ']': open.pop_back(); break;
            case ',': open.back().key_next = open.back().object; break;
            default: break;
        }
        json.remove_prefix(1);
    }
    return true;
}

}  // namespace

void PlaceholderMarks::see(std::string_view key, std::string_view value, std::size_t attachments) {
    if (key == "_placeholder") marked = value.starts_with("true");
    if (key == "num") number = attachment_number(value, attachments);
}

bool placeholders_hold(std::string_view json, std::size_t attachments) {
    return walk(json, attachments, [](const Place& place) { return place.number.has_value(); });
}

bool has_placeholders(std::string_view json, std::size_t attachments) {
    return !walk(json, attachments, [](const Place& place) { return !place.number; });
}

std::string renumber_placeholders(std::string_view json, std::size_t attachments,
                                  const std::function<std::size_t(std::size_t)>& new_number) {
    std::vector<Place> places;
    walk(json, attachments, [&](const Place& place) {
        // Whatever is inside of a placeholder goes with it.
        while (!places.empty() && places.back().begin > place.begin) places.pop_back();
        if (place.number) places.push_back(place);
        return true;
    });
    std::string renumbered;
    std::size_t copied = 0;
    for (const Place& place : places) {
        renumbered += json.substr(copied, place.begin - copied);
        renumbered += placeholder(new_number(*place.number));
        copied = place.end;
    }
    return renumbered += json.substr(copied);
}

std::size_t placed_bytes(std::string_view json, std::span<const std::string> attachments) {
    std::size_t bytes = 0;
    walk(json, attachments.size(), [&](const Place& place) {
        if (place.number) bytes += attachments[*place.number].size();
        return true;
    });
    return bytes;
}

std::string placeholder(std::size_t number) {
    return R"({"_placeholder":true,"num":)" + std::to_string(number) + "}";
}

}  // namespace homeroom::codec::socketio
