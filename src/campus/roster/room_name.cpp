#include "campus/roster/room_name.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"

namespace homeroom::campus {
namespace {

constexpr std::string_view staff_suffix = "/staff";
constexpr std::string_view guardians_suffix = "/guardians";

constexpr std::pair<std::string_view, RoomKind> prefixes[] = {
    {"user-", RoomKind::user},     {"class-", RoomKind::class_room},
    {"course-", RoomKind::course}, {"institution-", RoomKind::institution},
    {"group-", RoomKind::group},
};

bool is_id_character(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' ||
           c == '-' || c == '_' || c == '/' || c == '@';
}

}  // namespace

bool is_valid_id(std::string_view id) {
    return !id.empty() && id.size() <= limits::identifier_bytes_max &&
           std::ranges::all_of(id, is_id_character) && !id.ends_with(staff_suffix) &&
           !id.ends_with(guardians_suffix);
}

bool is_valid_link_id(std::string_view id) {
    return !id.empty() && id.size() <= 4 * limits::identifier_bytes_max &&
           std::ranges::all_of(id, [](char c) { return is_id_character(c) || c == '|'; });
}

std::optional<RoomName> parse_room(std::string_view name) {
    if (name == "global") return RoomName{};
    for (const auto& [prefix, kind] : prefixes) {
        if (!name.starts_with(prefix)) continue;
        RoomName room{.kind = kind, .id = name.substr(prefix.size())};
        if (room.id.ends_with(staff_suffix)) {
            room.staff = true;
            room.id.remove_suffix(staff_suffix.size());
        } else if (kind == RoomKind::institution && room.id.ends_with(guardians_suffix)) {
            room.guardians = true;
            room.id.remove_suffix(guardians_suffix.size());
        }
        if (!is_valid_id(room.id) || (room.staff && kind == RoomKind::user)) return std::nullopt;
        return room;
    }
    return std::nullopt;
}

std::string room_name(RoomKind kind, std::string_view id, bool staff) {
    std::string name{"global"};
    for (const auto& [prefix, one] : prefixes) {
        if (one == kind) name.assign(prefix).append(id);
    }
    if (staff) name.append(staff_suffix);
    return name;
}

}  // namespace homeroom::campus
