// Who is let in: a lobby, in which those who would like to come wait in the order in which they
// came, and a lock. Pure, as call.h. Those who lead the call go by both; who lost his connection
// and is back within his time was never out.
//
//   guest   waiting ──admit──▶ admitted ──he joins──▶ of the call
//              │ └──deny──▶ denied ──admit──▶ …
//              ├──the lobby is lifted: all are admitted
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
// Takes out those of whom it is true, and tells it: of all, also who was let in and did not come
// or was not; and of those who wait.
void drop_guests(Call& call, const std::function<bool(const Guest&)>& goes, Happenings& news);
void drop_waiting(Call& call, const std::function<bool(const Guest&)>& goes, Happenings& news);
// He is in it now.
void forget_guest(Call& call, std::string_view user);

}  // namespace homeroom::features::calls
