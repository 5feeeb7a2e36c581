// One key that may sign tokens for us: a shared secret or a public key, bound to one algorithm.
//
// Immutable after construction; any thread may verify with it.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <openssl/types.h>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace homeroom::identity {

enum class Algorithm : std::uint8_t { hs256, rs256, es256, eddsa };

// The name in "alg" (RFC 7518 §3.1, RFC 8037 §3.1). Names are case-sensitive, and there is no
// "none".
std::string_view to_string(Algorithm algorithm);
std::optional<Algorithm> algorithm_named(std::string_view name);

class Key {
public:
    // HS256. RFC 7518 §3.2: at least 32 bytes. A PEM text is refused: it is meant for from_pem(),
    // and as a "secret" it would be one that everybody knows.
    static Result<Key> from_secret(std::string_view secret, std::string_view kid);

    // One "PUBLIC KEY" block (RFC 7468 §13). Private keys and certificates are refused by name.
    static Result<Key> from_pem(std::string_view pem, std::string_view kid);

    // A JSON Web Key (RFC 7517 §4) of an object's members. The error says why it is of no use here.
    static Result<Key> from_jwk(const nlohmann::json& jwk);

    Algorithm algorithm() const { return algorithm_; }
    const std::string& kid() const { return kid_; }  // empty when it has none

    // Whether `signature`, as bytes in the form of JWS, is this key's for `text`.
    bool verify(std::string_view text, std::string_view signature) const;

private:
    struct FreeHandle {
        void operator()(EVP_PKEY* handle) const;
    };
    using Handle = std::unique_ptr<EVP_PKEY, FreeHandle>;

    Key(Algorithm algorithm, std::string_view kid, std::string secret, Handle handle);

    // The algorithm follows from the kind of key: RSA (2048 to 8192 bits), P-256 or Ed25519.
    static Result<Key> from_public(Handle handle, std::string_view kid);
    static Result<Handle> public_of_jwk(std::string_view type, const nlohmann::json& jwk);

    Algorithm algorithm_;
    std::string kid_;
    std::string secret_;  // hs256 only
    Handle handle_;       // all others
};

}  // namespace homeroom::identity
