// What LiveKit lets somebody do: a JWT (RFC 7519) signed by HS256 with LiveKit's API secret, whose
// `video` claim has every grant that there is. One that is left out would mean yes. Pure.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "media/backend.h"

namespace homeroom::media::livekit {

struct Keys {
    std::string key{};
    std::string secret{};
};

// What somebody may send.
struct Sending {
    bool camera = true;
    bool microphone = true;
    bool screen = false;  // with its sound, if `microphone` is: it may be his voice

    bool operator==(const Sending&) const = default;
};
Json sources(const Sending& sending);
// What somebody in a room may do, as a ticket says it and as it is changed afterwards.
Json permission(const Sending& sending);

// For the one who is this leg: into this room, and nothing else.
std::string ticket(const Keys& keys, std::string_view room, std::string_view leg,
                   const Sending& sending, std::chrono::seconds time, WallTime now);
// The server's own, for one command about this room.
enum class Power : std::uint8_t { create, administer };
std::string command_token(const Keys& keys, std::string_view room, Power power,
                          std::chrono::seconds time, WallTime now);

}  // namespace homeroom::media::livekit
