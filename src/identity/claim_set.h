// The claims of a token whose signature is good: their form first, then whether they hold now.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "identity/token.h"

namespace homeroom::identity {

// RFC 7519 §4.1. What is not listed here counts for nothing.
struct ClaimSet {
    Claims claims;                       // exp, sub, scope
    std::optional<WallTime> not_before;  // nbf
    std::optional<std::string> issuer;   // iss
    std::vector<std::string> audience;   // aud: one string or many
};

// "exp" and "sub" are required; whatever is there must be of its form. `text` is JSON.
Result<ClaimSet> read_claim_set(std::string_view text);

// Nothing when the claims hold at `now`.
std::optional<TokenError> judge(const ClaimSet& set, const VerifyPolicy& policy, WallTime now);

}  // namespace homeroom::identity
