// Reads and judges claims.
//
// exp, nbf, iat := NumericDate: seconds since 1970, fractions allowed            (RFC 7519 §2)
// aud           := string | [ string, … ]                                    (RFC 7519 §4.1.3)
// scope         := word *( " " word )                                          (RFC 8693 §4.2)
#include "identity/claim_set.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/limits.h"
#include "identity/strict_json.h"

namespace homeroom::identity {
namespace {

using Json = nlohmann::json;

// The end of the year 9999: the last that RFC 3339, in which we answer with it, can write.
constexpr double numeric_date_max = 253'402'300'799.0;

Error malformed(std::string message) {
    return Error{Code::invalid, std::move(message)};
}

Result<std::optional<WallTime>> time_of(const Json& claims, std::string_view name) {
    const auto member = claims.find(name);
    if (member == claims.end()) return std::optional<WallTime>{};
    if (!member->is_number()) {
        return malformed(fmt::format("the token's \"{}\" is not a number", name));
    }
    const auto seconds = member->get<double>();
    // Said so that a number that is none (NaN) fails it too.
    if (!(seconds >= 0 && seconds <= numeric_date_max)) {
        return malformed(fmt::format("the token's \"{}\" is no time in seconds since 1970", name));
    }
    const auto milliseconds = static_cast<std::int64_t>(std::floor(seconds * 1000));
    return std::optional{WallTime{std::chrono::milliseconds{milliseconds}}};
}

Result<std::optional<std::string>> text_of(const Json& claims, std::string_view name) {
    const auto member = claims.find(name);
    if (member == claims.end()) return std::optional<std::string>{};
    const auto* text = member->get_ptr<const std::string*>();
    if (text == nullptr) {
        return malformed(fmt::format("the token's \"{}\" is not a string", name));
    }
    return std::optional{*text};
}

Result<std::vector<std::string>> audience_of(const Json& claims) {
    const auto member = claims.find("aud");
    if (member == claims.end()) return std::vector<std::string>{};
    std::vector<std::string> audience;
    if (const auto* one = member->get_ptr<const std::string*>()) {
        audience.push_back(*one);
        return audience;
    }
    if (!member->is_array()) return malformed("the token's \"aud\" is no string and no array");
    for (const Json& entry : *member) {
        const auto* one = entry.get_ptr<const std::string*>();
        if (one == nullptr)
            return malformed("the token's \"aud\" holds something else than strings");
        audience.push_back(*one);
    }
    return audience;
}

// C0 and DEL as bytes; C1 (U+0080 to U+009F) as the two bytes that UTF-8 writes for them.
bool has_control_character(std::string_view text) {
    unsigned char before = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7F) return true;
        if (before == 0xC2 && byte < 0xA0) return true;
        before = byte;
    }
    return false;
}

Result<std::string> subject_of(const Json& claims) {
    TRY(auto subject, text_of(claims, "sub"));
    if (!subject) return malformed("the token has no \"sub\": it must name the user");
    if (subject->empty()) return malformed("the token's \"sub\" is empty");
    if (subject->size() > limits::identifier_bytes_max) {
        return malformed(fmt::format("the token's \"sub\" has more than {} bytes",
                                     limits::identifier_bytes_max));
    }
    if (has_control_character(*subject)) {
        return malformed("the token's \"sub\" has a control character");
    }
    return std::move(*subject);
}

bool has_word(std::string_view text, std::string_view wanted) {
    while (true) {
        const std::size_t space = text.find(' ');
        if (text.substr(0, space) == wanted) return true;
        if (space == std::string_view::npos) return false;
        text.remove_prefix(space + 1);
    }
}

}  // namespace

Result<ClaimSet> read_claim_set(std::string_view text) {
    TRY(const Json claims, parse_strict_object(text, "the token's claim set"));
    ClaimSet set;
    TRY(const auto expires_at, time_of(claims, "exp"));
    if (!expires_at) return malformed("the token has no \"exp\": it must say when it ends");
    set.claims.expires_at = *expires_at;
    TRY(set.not_before, time_of(claims, "nbf"));
    // RFC 7519 §4.1.6: something that is no time is a mistake. What follows from when it was made
    // is for others to say (campus/sign_outs.h).
    TRY(set.claims.issued_at, time_of(claims, "iat"));
    TRY(set.issuer, text_of(claims, "iss"));
    TRY(set.audience, audience_of(claims));
    TRY(set.claims.subject, subject_of(claims));
    TRY(const auto scope, text_of(claims, "scope"));
    set.claims.service = scope && has_word(*scope, "service");
    return set;
}

std::optional<TokenError> judge(const ClaimSet& set, const VerifyPolicy& policy, WallTime now) {
    // RFC 7519 §4.1.4: "on or after which the JWT MUST NOT be accepted".
    if (now >= set.claims.expires_at + policy.leeway) {
        return TokenError{TokenFault::expired, "the token has expired"};
    }
    if (set.not_before && now + policy.leeway < *set.not_before) {
        return TokenError{TokenFault::invalid, "the token is not valid yet (\"nbf\")"};
    }
    if (!policy.issuer.empty() && set.issuer != policy.issuer) {
        return TokenError{TokenFault::invalid,
                          "the token is not from the issuer expected (\"iss\")"};
    }
    if (!policy.audience.empty() && std::find(set.audience.begin(), set.audience.end(),
                                              policy.audience) == set.audience.end()) {
        return TokenError{TokenFault::invalid, "the token is not meant for this server (\"aud\")"};
    }
    return std::nullopt;
}

}  // namespace homeroom::identity
