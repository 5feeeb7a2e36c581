// How available a user is, in the contract's words.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace homeroom::features::presence {

enum class Availability : std::uint8_t { offline, away, online, busy, invisible };
std::string_view to_string(Availability status);
// What a client may wish for: "online", "away", "busy", "invisible".
std::optional<Availability> status_from(std::string_view text);

}  // namespace homeroom::features::presence
