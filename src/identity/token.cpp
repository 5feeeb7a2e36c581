// Takes a token apart, proves it, and makes those that the server signs itself.
//
// header := { "alg": name, "kid"?: string, "typ"?: "JWT" | "at+jwt", … }           (RFC 7515 §4)
#include "identity/token.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/ascii.h"
#include "base/base64.h"
#include "base/hash.h"
#include "base/limits.h"
#include "identity/claim_set.h"
#include "identity/strict_json.h"

namespace homeroom::identity {
namespace {

using Json = nlohmann::json;

struct Parts {
    std::string_view header;
    std::string_view claims;
    std::string_view signature;
    std::string_view signed_text;  // header "." claims, as it was sent (RFC 7515 §5.2, step 8)
};

struct Header {
    Algorithm algorithm;
    std::optional<std::string> kid;
};

Error refused(std::string_view why) {
    return Error{Code::invalid, std::string(why)};
}

Result<Parts> split(std::string_view token) {
    if (token.size() > limits::token_bytes_max) {
        return refused(fmt::format("the token has more than {} bytes", limits::token_bytes_max));
    }
    const std::size_t first = token.find('.');
    const std::size_t second = token.find('.', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos ||
        token.find('.', second + 1) != std::string_view::npos) {
        return refused("the token has not three parts with a dot between them");
    }
    return Parts{.header = token.substr(0, first),
                 .claims = token.substr(first + 1, second - first - 1),
                 .signature = token.substr(second + 1),
                 .signed_text = token.substr(0, second)};
}

Result<std::string> decode(std::string_view part, std::string_view what) {
    auto bytes = base64::decode_url_strict(part);
    if (!bytes) return refused(fmt::format("{} is not base64url", what));
    return std::move(*bytes);
}

// RFC 8725 §3.11: a token made for something else (logout, proof of possession) says so here, and
// must not pass for one of ours. JWT and access tokens (RFC 9068 §2.1) do, or those that say
// nothing. RFC 7515 §4.1.9: media types, so their case does not matter and "application/" may be
// left out.
bool is_token_type(const Json& type) {
    const auto* name = type.get_ptr<const std::string*>();
    if (name == nullptr) return false;
    constexpr std::string_view prefix = "application/";
    std::string_view rest = *name;
    if (ascii::same_letters(rest.substr(0, prefix.size()), prefix))
        rest.remove_prefix(prefix.size());
    return ascii::same_letters(rest, "JWT") || ascii::same_letters(rest, "at+jwt");
}

Result<Header> read_header(std::string_view part) {
    TRY(const std::string text, decode(part, "the token's header"));
    TRY(const Json header, parse_strict_object(text, "the token's header"));
    // RFC 7515 §4.1.11: what must be understood must be understood, and there is nothing we do.
    if (header.contains("crit")) return refused("the token's header has \"crit\"");
    if (const auto type = header.find("typ"); type != header.end() && !is_token_type(*type)) {
        return refused("the token's \"typ\" is neither JWT nor at+jwt");
    }
    const auto named = header.find("alg");
    const auto* name = named == header.end() ? nullptr : named->get_ptr<const std::string*>();
    const auto algorithm = name == nullptr ? std::nullopt : algorithm_named(*name);
    if (!algorithm) return refused("the token's \"alg\" is none of HS256, RS256, ES256 and EdDSA");

    const auto kid = header.find("kid");
    if (kid == header.end()) return Header{*algorithm, std::nullopt};
    const auto* id = kid->get_ptr<const std::string*>();
    if (id == nullptr) return refused("the token's \"kid\" is not a string");
    return Header{*algorithm, *id};
}

// A token that names its key may be signed by that one, or by one that has no name; a token that
// names none, by any.
bool may_have_signed(const Key& key, const Header& header) {
    if (key.algorithm() != header.algorithm) return false;
    return !header.kid || key.kid().empty() || key.kid() == *header.kid;
}

Status check_signature(const KeySet& keys, const Header& header, const Parts& parts) {
    TRY(const std::string signature, decode(parts.signature, "the token's signature"));
    bool tried = false;
    for (const Key& key : keys.keys()) {
        if (!may_have_signed(key, header)) continue;
        if (key.verify(parts.signed_text, signature)) return Ok{};
        tried = true;
    }
    if (tried) return refused("the token's signature is not by a key of this server");
    return refused(fmt::format("this server has no {} key{}", to_string(header.algorithm),
                               header.kid ? " for the token's \"kid\"" : ""));
}

Result<ClaimSet> prove(const KeySet& keys, std::string_view token) {
    TRY(const Parts parts, split(token));
    TRY(const Header header, read_header(parts.header));
    TRY_OK(check_signature(keys, header, parts));
    TRY(const std::string text, decode(parts.claims, "the token's claim set"));
    return read_claim_set(text);
}

}  // namespace

Verifier::Verifier(KeySet keys, VerifyPolicy policy)
    : keys_(std::move(keys)), policy_(std::move(policy)) {}

std::variant<Claims, TokenError> Verifier::verify(std::string_view token, WallTime now) const {
    if (token.empty()) return TokenError{TokenFault::missing, "there is no token"};
    auto set = prove(keys_, token);
    if (!set.ok()) return TokenError{TokenFault::invalid, std::move(set).error().message};
    if (auto error = judge(*set, policy_, now)) return *std::move(error);
    return std::move(*set).claims;
}

std::string sign_token(std::string_view secret, const TokenRequest& request, WallTime now) {
    const auto issued_at = std::chrono::floor<std::chrono::seconds>(now);
    Json claims{{"sub", request.subject},
                {"iat", issued_at.time_since_epoch().count()},
                {"exp", (issued_at + request.lifetime).time_since_epoch().count()}};
    if (request.service) claims["scope"] = "service";
    if (!request.issuer.empty()) claims["iss"] = request.issuer;
    if (!request.audience.empty()) claims["aud"] = request.audience;
    // "replace": a subject that is no UTF-8 must not throw; nobody on a roster has such an id.
    const std::string text = claims.dump(-1, ' ', false, Json::error_handler_t::replace);
    const std::string signed_text =
        base64::encode_url(R"({"alg":"HS256","typ":"JWT"})") + "." + base64::encode_url(text);
    return signed_text + "." + base64::encode_url(hmac_sha256(secret, signed_text));
}

std::string_view bearer_token(std::string_view authorization) {
    constexpr std::string_view scheme = "bearer ";
    if (!ascii::same_letters(authorization.substr(0, scheme.size()), scheme)) return {};
    return authorization.substr(scheme.size());
}

}  // namespace homeroom::identity
