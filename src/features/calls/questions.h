// Polls in a call: asked by who leads it, answered by whoever is in it. Pure, as call.h.
//
//   open ──close, or its time──▶ closed
//
// A vote changes nothing that anybody is shown: tallies are told some time after the first vote
// that was not, all since then at once. Until a poll is closed each may vote otherwise, but in one
// that is anonymous, of which is kept who has voted and not what.
#pragma once

#include <optional>

#include "features/calls/call.h"

namespace homeroom::features::calls {

// `draft`: as it is asked; its id and times are given here.
Result<Happenings> ask(Call& call, Poll draft, std::optional<std::chrono::seconds> time,
                       WallTime now);
// Each choice once; none takes the vote back.
Status vote(Call& call, std::string_view user, std::string_view poll,
            std::vector<std::int64_t> choices, WallTime now);
Result<Happenings> close_poll(Call& call, std::string_view poll, WallTime now);

// --- For call.cpp.
void expire_polls(Call& call, WallTime now, Happenings& news);
void close_all_polls(Call& call, WallTime now);  // the call is over
std::optional<WallTime> next_poll_deadline(const Lesson& lesson);

}  // namespace homeroom::features::calls
