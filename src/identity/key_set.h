// All keys that may sign a token for us.
//
// Filled at the start by one thread; immutable afterwards, and then any thread may read it.
// At most limits::keys_max keys. An error leaves the set as it was.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "identity/key.h"

namespace homeroom::identity {

class KeySet {
public:
    // A shared secret for HS256. RFC 7518 §3.2: at least 32 bytes, or it is refused.
    Status add_secret(std::string_view secret, std::string_view kid = {});
    // A public key in PEM: RSA (≥ 2048 bits) means RS256, P-256 means ES256, Ed25519 means EdDSA;
    // others are refused.
    Status add_pem(std::string_view pem, std::string_view kid = {});
    // A JSON Web Key Set (RFC 7517). Keys for encryption, of other types or with another "alg" are
    // skipped; a set without one usable key is an error that says why.
    Status add_jwks(std::string_view json);

    std::size_t size() const { return keys_.size(); }
    const std::vector<Key>& keys() const { return keys_; }

private:
    Status add(Result<Key> made);

    std::vector<Key> keys_;
};

}  // namespace homeroom::identity
