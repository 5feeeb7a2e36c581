// What one member of a call sends another, or a media server, so that they find each other: a
// description (offer or answer) and candidates, or one of the two. It is read no further than to
// hold it to its limits, and to hide addresses.
//
//   data := { negotiation?, description?: { type, sdp }, candidates?: [ candidate | null … ] }
//         | { again: true }   of a link by which he watches
//
// null, or a candidate without text, is the end of candidates. Never stored, never logged.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "campus/surface.h"
#include "media/backend.h"

namespace homeroom::features::calls {

enum class Description : std::uint8_t { none, offer, answer };

struct Signal {
    std::string call{};
    std::string to{};                    // a user; empty: it is for the media server
    std::string leg{};                   // as which he is meant; empty: as whichever he is
    std::optional<media::Link> link{};   // with the media server
    std::optional<std::int64_t> made{};  // of the media server: which making of the call is meant
    bool again = false;
    Description description = Description::none;
    std::optional<std::int64_t> negotiation{};
    std::size_t candidates = 0;  // those in the description included
    campus::Json data{};         // as it is passed on, but for the negotiation
};

// An Error for what is of another form or over a limit.
Result<Signal> read_signal(const campus::Json& request);
// Takes out what tells where its sender is.
void hide_addresses(Signal& signal);

}  // namespace homeroom::features::calls
