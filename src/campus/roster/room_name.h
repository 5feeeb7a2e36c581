// What a room's name means, and which ids can be part of one.
//
// room := kind "-" id ["/staff"] | "institution-" id "/guardians" | "global"
// kind := "user" | "class" | "course" | "institution" | "group"
// id   := 1 to 255 characters of 0-9 A-Z a-z . - _ / @  (OneRoster GUID), not ending in "/staff" or
//         "/guardians"
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/limits.h"

namespace homeroom::campus {

// The longest prefix, the longest id, and "/staff"; rounded up.
inline constexpr std::size_t room_name_bytes_max = limits::identifier_bytes_max + 32;

enum class RoomKind : std::uint8_t { user, class_room, course, institution, group, global };

struct RoomName {
    RoomKind kind = RoomKind::global;
    std::string_view id{};   // points into the parsed text; empty for global
    bool staff = false;      // the sub-room of its staff
    bool guardians = false;  // the sub-room for the guardians, of an institution

    bool whole() const { return !staff && !guardians; }
};

// A trailing "/staff" or "/guardians" always means the sub-room, so no id may end in it.
std::optional<RoomName> parse_room(std::string_view name);
std::string room_name(RoomKind kind, std::string_view id, bool staff = false);

bool is_valid_id(std::string_view id);
// Ids of enrolments and affiliations never become part of a room's name; the importer makes some
// with "|" in them.
bool is_valid_link_id(std::string_view id);

}  // namespace homeroom::campus
