// What opens one stream at the media server, for a short time: a JWT (RFC 7519), HS256 with a
// secret that the school shares with its media server.
//
//   claims := iss "homeroom", sub: the user's id, stream, iat, nbf, exp,
//             mediamtx_permissions: [{ action: "read" | "publish", path: stream }]
//
// It is given to whoever may see the live class at that moment, and ends by itself soon after: who
// has left the class gets no other. WHEP, HLS and WHIP (RFC 9725) take it as a Bearer token. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace homeroom::features::live {

enum class Use : std::uint8_t { read, publish };

struct Ticket {
    std::string user{};
    std::string stream{};
    Use use = Use::read;
    WallTime expires_at{};
};

std::string sign_ticket(std::string_view secret, const Ticket& ticket, WallTime now);
// Nothing for whatever none of the secrets has signed, and for what has expired. The algorithm is
// ours, whatever the token says of it.
std::optional<Ticket> read_ticket(std::span<const std::string> secrets, std::string_view token,
                                  WallTime now);

// An address with "{stream}" in it, once, as the configuration has it; and the one of a stream.
bool is_stream_template(std::string_view text);
// Of such an address, "https://media.school.example": where a page must be let go to.
std::string origin_of(std::string_view text);
std::string stream_url(std::string_view text, std::string_view stream);

}  // namespace homeroom::features::live
