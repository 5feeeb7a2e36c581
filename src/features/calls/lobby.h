// Who is let in: a lobby, in which those who would like to come wait in the order in which they
// came, and a lock. Pure, as call.h. Those who lead the call go by both; who lost his connection
// and is back within his time was never out.
//
//   guest   waiting ──admit──▶ admitted ──he joins──▶ of the call
//              │ └──deny──▶ denied ──admit──▶ …
//              └──he goes, his connection is lost──▶ none
//
// Whoever waits is of the call in nothing: no member, told nothing of it but that he waits.
#pragma once

#include <functional>
#include <optional>

#include "features/calls/call.h"

namespace homeroom::features::calls {

Result<Happenings> set_door(Call& call, std::optional<bool> lobby, std::optional<bool> locked);
Result<Happenings> admit(Call& call, std::string_view user);
Result<Happenings> deny(Call& call, std::string_view user);

const Guest* guest_of(const Call& call, std::string_view user);
bool is_waiting(const Call& call, std::string_view user);

// --- For call.cpp and happening.cpp.
// Whether he may come; else he waits by it, or an Error says why not. `news`: what there is to tell
// of his waiting.
Result<bool> pass_the_door(Call& call, const Arrival& arrival, Happenings& news);
// Takes out those who wait and of whom it is true, and tells it.
void drop_guests(Call& call, const std::function<bool(const Guest&)>& goes, Happenings& news);

}  // namespace homeroom::features::calls
