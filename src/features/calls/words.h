// The words that states and reasons have, on the wire and in the rows.
#pragma once

#include <optional>
#include <string_view>

#include "features/calls/call.h"

namespace homeroom::features::calls {

std::string_view to_string(CallState state);
std::string_view to_string(EndReason reason);  // empty: none
std::string_view to_string(LegState state);
std::string_view to_string(Consent consent);

CallState call_state_of(std::string_view word);  // what is not known is over
EndReason end_reason_of(std::string_view word);
LegState leg_state_of(std::string_view word);  // what is not known has left

}  // namespace homeroom::features::calls
