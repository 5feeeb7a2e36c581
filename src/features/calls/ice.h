// Where a browser asks for its own addresses (STUN) and over which machines what it sends can go
// (TURN), with a name and password that are good for a while: HMAC-SHA1 of a secret that the relays
// have as well, as coturn's `use-auth-secret` takes it (draft-uberti-behave-turn-rest).
//
//   username := <the second at which it ends> ":" <the leg, which is nobody's name>
//
// Of several secrets the first makes passwords; relays that still have another go on with theirs
// until they have all been told.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "campus/surface.h"

namespace homeroom::features::calls {

struct IceOptions {
    std::vector<std::string> stun_urls{};
    std::vector<std::string> turn_urls{};
    std::vector<std::string> secrets{};
    std::chrono::seconds time{3'600};
};

std::string turn_password(std::string_view secret, std::string_view username);

// What `new RTCPeerConnection()` takes, and for how many seconds. `relayed`: only over a relay.
campus::Json ice_of(const IceOptions& options, std::string_view leg, bool relayed, WallTime now);

bool is_stun_url(std::string_view url);
bool is_turn_url(std::string_view url);

}  // namespace homeroom::features::calls
