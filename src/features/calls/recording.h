// Whether a call is recorded, and who has agreed to that. Pure, as call.h; whether the school
// allows it is the caller's to say.
//
// The server records nothing: it says to all that somebody does, asks each, and says of who has not
// agreed, or not yet, that he is neither heard nor shown (floor.h's sending_of). So nobody is
// recorded against his will, and nobody keeps the others from their lesson by not agreeing.
#pragma once

#include "features/calls/call.h"

namespace homeroom::features::calls {

// Who says so agrees by it. The others are asked anew.
Result<Happenings> start_recording(Call& call, std::string_view by, WallTime now);
Result<Happenings> stop_recording(Call& call);
// That he has refused the others are not told, who see him as one who has not answered: it changes
// no version. That he does not agree any more they are, as they saw that he did. Who refuses and
// goes is asked again.
Result<Happenings> consent(Call& call, std::string_view user, bool agrees);

// --- For call.cpp. Whoever records and goes records no more.
void forget_recording_of(Call& call, std::string_view user, Happenings& news);

}  // namespace homeroom::features::calls
