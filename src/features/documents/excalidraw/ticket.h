// What stands for a room in the address of an Excalidraw page (#room=TICKET,KEY): its client has no
// token to show, so the room says who comes, and to which board. For one user, one board, and a
// school day; nothing of it is kept.
//
// ticket := base64url( expires document user mac )
// expires := milliseconds since 1970, 8 bytes, big-endian        document := 26 characters
// mac := HMAC-SHA256(key, what stands before it), the first 16 bytes
//
// It opens nothing that its user may not see at the moment: that is asked again at every message.
// Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace homeroom::features::documents::excalidraw {

struct Ticket {
    std::string document{};
    std::string user{};
    WallTime issued{};
    WallTime expires{};
};

class Tickets {
public:
    // The key is derived from this deployment's secret.
    explicit Tickets(std::string_view secret);

    std::string make(const std::string& document, const std::string& user, WallTime now) const;
    // Nothing unless we made it, and it holds.
    std::optional<Ticket> read(std::string_view text, WallTime now) const;

private:
    std::string key_;
};

}  // namespace homeroom::features::documents::excalidraw
