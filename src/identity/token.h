// Who is asking: signed tokens (JWT, RFC 7519) and the keys that prove them.
//
// token := base64url(header) "." base64url(claims) "." base64url(signature)        (RFC 7515 §3.1)
//
// The algorithm comes from the key, never from the token: a key is bound to one algorithm when it is loaded, and a
// token whose header names another is refused before any signature is computed. "none" does not exist here.
// Immutable after construction; any thread may verify.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace homeroom::identity {

enum class Algorithm : std::uint8_t { hs256, rs256, es256, eddsa };

class Key;  // one key: its algorithm, its id (kid) if it has one, OpenSSL's handle

// All keys that may sign a token for us.
class KeySet {
public:
    KeySet();
    ~KeySet();
    KeySet(KeySet&&) noexcept;
    KeySet& operator=(KeySet&&) noexcept;

    // A shared secret for HS256. RFC 7518 §3.2: at least 32 bytes, or it is refused.
    Status add_secret(std::string_view secret, std::string_view kid = {});
    // A public key in PEM: RSA (≥ 2048 bits) means RS256, P-256 means ES256, Ed25519 means EdDSA; others are refused.
    Status add_pem(std::string_view pem, std::string_view kid = {});
    // A JSON Web Key Set (RFC 7517). Keys for encryption, of other types or with another "alg" are skipped; a
    // set without one usable key is an error that says why.
    Status add_jwks(std::string_view json);

    std::size_t size() const;
    const std::vector<std::unique_ptr<Key>>& keys() const;

private:
    std::vector<std::unique_ptr<Key>> keys_;
};

struct Claims {
    std::string subject;
    WallTime expires_at;
    bool service = false;  // scope "service": the platform's back end
};

// The `data.code` words of a refused CONNECT that concern the token itself.
enum class TokenFault : std::uint8_t { missing, invalid, expired };

struct [[nodiscard]] TokenError {
    TokenFault fault;
    std::string message;  // in words, for the developer; never contains the token
};

struct VerifyPolicy {
    std::string issuer{};    // required value of "iss" when not empty
    std::string audience{};  // required member of "aud" when not empty
    std::chrono::seconds leeway{5};
};

class Verifier {
public:
    Verifier(KeySet keys, VerifyPolicy policy);

    // Order: size, form, header, key, signature, then exp (required), nbf, iss, aud, sub (required, not empty).
    std::variant<Claims, TokenError> verify(std::string_view token, WallTime now) const;

private:
    KeySet keys_;
    VerifyPolicy policy_;
};

struct TokenRequest {
    std::string subject;
    std::chrono::seconds lifetime;
    bool service = false;
    std::string issuer{};
    std::string audience{};
};

// An HS256 token signed with `secret`.
std::string sign_token(std::string_view secret, const TokenRequest& request, WallTime now);

// The signing secret of this data directory: reads `directory/secret`, or makes it on first use (32 random bytes as
// base64url and a newline, mode 0600, written aside, fsynced and linked into place, so that two processes that start
// at once agree on one). A file that others may read is refused with words that say how to mend it.
Result<std::string> load_or_create_secret(const std::filesystem::path& directory);

}  // namespace homeroom::identity
