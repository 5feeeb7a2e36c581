// Ids that the server makes. All randomness comes from the operating system.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace homeroom {

// `count` unpredictable bytes. For secrets and everything that works as one.
std::string random_bytes(std::size_t count);

// 20 URL-safe characters, 120 random bits: the form of Engine.IO session ids and Socket.IO socket
// ids.
std::string random_id20();

// A ULID: 26 characters, 48 bits of time, 80 random bits. Unique; sorts roughly by time, never
// relied upon.
std::string make_ulid(WallTime now);
// When it was made; nothing for what is no ULID.
std::optional<WallTime> time_of_ulid(std::string_view ulid);

}  // namespace homeroom
