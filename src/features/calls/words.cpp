#include "features/calls/words.h"

#include <algorithm>
#include <array>

namespace homeroom::features::calls {
namespace {

constexpr std::array<std::string_view, 3> call_states{"ringing", "active", "ended"};
constexpr std::array<std::string_view, 10> end_reasons{"",        "completed", "declined", "busy",
                                                       "timeout", "cancelled", "closed",   "failed",
                                                       "revoked", "expired"};
constexpr std::array<std::string_view, 9> leg_states{
    "ringing", "present", "away", "declined", "busy", "missed", "left", "lost", "removed"};

constexpr std::array<std::string_view, 3> consents{"asked", "agreed", "refused"};

template <typename State, std::size_t count>
State state_of(const std::array<std::string_view, count>& words, std::string_view word,
               State otherwise) {
    const auto found = std::ranges::find(words, word);
    return found == words.end() ? otherwise : static_cast<State>(found - words.begin());
}

}  // namespace

std::string_view to_string(CallState state) {
    return call_states[static_cast<std::size_t>(state)];
}
std::string_view to_string(EndReason reason) {
    return end_reasons[static_cast<std::size_t>(reason)];
}
std::string_view to_string(LegState state) {
    return leg_states[static_cast<std::size_t>(state)];
}
std::string_view to_string(Consent consent) {
    return consents[static_cast<std::size_t>(consent)];
}

CallState call_state_of(std::string_view word) {
    return state_of(call_states, word, CallState::ended);
}
EndReason end_reason_of(std::string_view word) {
    return state_of(end_reasons, word, EndReason::none);
}
LegState leg_state_of(std::string_view word) {
    return state_of(leg_states, word, LegState::left);
}

}  // namespace homeroom::features::calls
