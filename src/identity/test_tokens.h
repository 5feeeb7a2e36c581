// For tests: tokens of any content, and short words for what a verifier says of them.
#pragma once

#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/base64.h"
#include "base/hash.h"
#include "identity/token.h"

namespace homeroom::identity {

inline constexpr std::string_view test_secret = "0123456789abcdef0123456789abcdef";
inline constexpr std::string_view hs256_header = R"({"alg":"HS256"})";

inline WallTime at_second(std::int64_t second) {
    return WallTime{std::chrono::seconds{second}};
}

// The moment at which the tests take place: 2027-01-15.
inline const WallTime test_now = at_second(1'800'000'000);

// A token of exactly this header and these claims, signed as HS256 whatever the header says.
inline std::string make_token(std::string_view header, std::string_view claims,
                              std::string_view secret = test_secret) {
    const std::string text = base64::encode_url(header) + "." + base64::encode_url(claims);
    return text + "." + base64::encode_url(hmac_sha256(secret, text));
}

inline std::string with_claims(std::string_view claims) {
    return make_token(hs256_header, claims);
}

inline Verifier verifier_of(Status added, KeySet&& keys, VerifyPolicy policy = {}) {
    EXPECT_TRUE(added.ok()) << added.error().message;
    return Verifier(std::move(keys), std::move(policy));
}

inline Verifier verifier_with_secret(VerifyPolicy policy = {}) {
    KeySet keys;
    auto added = keys.add_secret(test_secret);
    return verifier_of(std::move(added), std::move(keys), std::move(policy));
}

inline Verifier verifier_with_pem(std::string_view pem, std::string_view kid = {}) {
    KeySet keys;
    auto added = keys.add_pem(pem, kid);
    return verifier_of(std::move(added), std::move(keys));
}

inline Verifier verifier_with_jwks(std::string_view jwks) {
    KeySet keys;
    auto added = keys.add_jwks(jwks);
    return verifier_of(std::move(added), std::move(keys));
}

// What the verifier says, as one line: "ada", "service ada", or "invalid: the token's …".
inline std::string verdict(const Verifier& verifier, std::string_view token,
                           WallTime now = test_now) {
    const auto verified = verifier.verify(token, now);
    if (const auto* claims = std::get_if<Claims>(&verified)) {
        return (claims->service ? "service " : "") + claims->subject;
    }
    const auto& error = std::get<TokenError>(verified);
    switch (error.fault) {
        case TokenFault::missing: return "missing: " + error.message;
        case TokenFault::invalid: return "invalid: " + error.message;
        case TokenFault::expired: return "expired: " + error.message;
    }
    return "";
}

}  // namespace homeroom::identity
