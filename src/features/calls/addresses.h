// What a description (SDP, RFC 8866) and a candidate (RFC 8839) tell of where somebody is, taken
// out: of whoever is only to be reached over a relay. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace homeroom::features::calls {

// The candidate without the address behind the relay; nothing: it is none of a relay's. An empty
// one is the end of candidates, and stays.
std::optional<std::string> relayed_candidate(std::string_view candidate);

// The description without candidates that are none of a relay's, and with addresses that are
// nobody's.
std::string relayed_description(std::string_view description);

// How many candidates are in it.
std::size_t count_candidates(std::string_view description);

}  // namespace homeroom::features::calls
