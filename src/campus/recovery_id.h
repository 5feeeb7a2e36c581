// The private id of a connection (Socket.IO's "pid"), by which the unmodified client is recognised
// when it comes back.
//
// Nothing is kept for it: the id itself says where its connection began and proves that we said so,
// so it works after a restart and on another node. It is bound to its user; without that user's
// token it is worth nothing.
//
// id     := base64url( start | serial | mac )
// start  := seq, 8 bytes, big-endian
// serial := 15 random bytes
// mac    := HMAC-SHA256(key, start | serial | user), the first 16 bytes
//
// The connection's public socket id is base64url(serial): the same before and after.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "store/journal.h"

namespace homeroom::campus {

struct RecoveryId {
    std::string text{};       // as the client keeps it
    std::string socket_id{};  // 20 characters
    store::Seq start = 0;     // everything up to here was before the connection
};

class RecoveryIds {
public:
    // `secret`: this deployment's; the key is derived from it, so that it can't be used to make
    // tokens.
    explicit RecoveryIds(std::string_view secret);

    RecoveryId make(std::string_view user, store::Seq start) const;
    // Nothing unless we made it for this very user.
    std::optional<RecoveryId> read(std::string_view text, std::string_view user) const;

private:
    std::string key_;
};

}  // namespace homeroom::campus
