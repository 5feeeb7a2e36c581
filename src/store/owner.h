// Whose work something in the store's queues is, so that these can be fair: a number made of a
// user's id. Two users with the same number share a turn, and nothing else.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace homeroom::store {

using Owner = std::uint64_t;
inline constexpr Owner nobody = 0;  // the server's own

inline Owner owner_of(std::string_view user) {
    const Owner owner = std::hash<std::string_view>{}(user);
    return owner == nobody ? 1 : owner;
}

}  // namespace homeroom::store
