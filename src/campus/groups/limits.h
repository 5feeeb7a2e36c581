// What study groups may use at most. Here and not in base/limits.h because only their own files
// need it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace homeroom::limits {

inline constexpr std::size_t group_title_bytes_max = 200;
inline constexpr std::size_t group_about_bytes_max = 2'000;
inline constexpr std::size_t group_members_max = 250;      // a change rewrites them all in memory
inline constexpr std::size_t group_invitations_max = 250;  // of one group, not answered yet
inline constexpr std::size_t invitations_per_user_max = 100;    // not answered yet
inline constexpr std::size_t groups_per_user_max = 100;         // that somebody is in
inline constexpr std::int64_t groups_created_per_day_max = 20;  // by one user
inline constexpr std::size_t groups_page_max = 100;
inline constexpr std::size_t groups_page_default = 20;
inline constexpr std::size_t group_query_bytes_max = 200;

}  // namespace homeroom::limits
