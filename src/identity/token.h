// Who is asking: signed tokens (JWT, RFC 7519).
//
// token := base64url(header) "." base64url(claims) "." base64url(signature)      (RFC 7515 §3.1)
//
// The algorithm comes from the key, never from the token: a key is bound to one algorithm when it
// is loaded, and a token whose header names another is refused before any signature is computed.
// "none" does not exist here. Immutable after construction; any thread may verify.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.h"
#include "base/result.h"
#include "identity/key_set.h"

namespace homeroom::identity {

struct Claims {
    std::string subject;
    WallTime expires_at;                  // as the token says; the leeway is not in it
    bool service = false;                 // scope "service": the platform's back end
    std::optional<WallTime> issued_at{};  // where the token says so
};

// The `data.code` words of a refused CONNECT that concern the token itself.
enum class TokenFault : std::uint8_t { missing, invalid, expired };

struct [[nodiscard]] TokenError {
    TokenFault fault;
    std::string message;  // in words, for the developer; never contains anything of the token
};

struct VerifyPolicy {
    std::string issuer{};    // required value of "iss" when not empty
    std::string audience{};  // required member of "aud" when not empty
    std::chrono::seconds leeway{5};
};

class Verifier {
public:
    Verifier(KeySet keys, VerifyPolicy policy);

    // Order: size, form, header, key, signature; then the form of the claims ("exp" and "sub" are
    // required); then whether they hold: exp, nbf, iss, aud. So `expired` is said only of a token
    // that was good once.
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
// The token of an `Authorization: Bearer …` header, or nothing (RFC 6750 §2.1; the scheme's case
// does not matter, RFC 9110 §11.1).
std::string_view bearer_token(std::string_view authorization);

std::string sign_token(std::string_view secret, const TokenRequest& request, WallTime now);

}  // namespace homeroom::identity
