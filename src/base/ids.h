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

// So far the clock may step back, and ULIDs keep their order.
inline constexpr auto ulid_step_back_max = std::chrono::seconds{1};

// A ULID: 26 characters, 48 bits of time, 80 random bits. Unique; sorts behind those that this
// process has made before, also within the same millisecond, in which lists are sorted by it. After
// a restart, or when the clock is set back, only the journal's order holds. Any thread.
std::string make_ulid(WallTime now);
// When it was made; nothing for what is no ULID.
std::optional<WallTime> time_of_ulid(std::string_view ulid);

}  // namespace homeroom
