// How old a user's token may be, whatever it says of its end; one that does not say when it was
// made must end within that time. Else it could never be forgotten who was signed out
// (sign_outs.h).
#pragma once

#include <chrono>

namespace homeroom::campus {

inline constexpr std::chrono::hours token_age_max{24 * 400};

}  // namespace homeroom::campus
