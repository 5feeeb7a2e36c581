// Whole tokens: those of others, those that lie about their algorithm, and those that were changed.
#include "identity/token.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck.h>
#include <thread>
#include <vector>

#include "base/limits.h"
#include "identity/test_foreign_tokens.h"
#include "identity/test_tokens.h"

namespace homeroom::identity {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view good_claims = R"({"sub":"ada","exp":1900000000})";
constexpr std::string_view no_algorithm =
    "invalid: the token's \"alg\" is none of HS256, RS256, ES256 and EdDSA";

std::string der_of(std::string_view pem) {
    std::string text;
    std::string_view body = pem.substr(pem.find('\n') + 1);
    body = body.substr(0, body.find("-----"));
    return base64::decode_lenient(body);
}

Verifier verifier_with_all() {
    KeySet keys;
    EXPECT_TRUE(keys.add_secret(test_secret).ok());
    EXPECT_TRUE(keys.add_pem(foreign::rs256_pem).ok());
    EXPECT_TRUE(keys.add_pem(foreign::es256_pem).ok());
    EXPECT_TRUE(keys.add_pem(foreign::eddsa_pem).ok());
    return Verifier(std::move(keys), {});
}

TEST(Token, MadeByOthersIsAccepted) {
    KeySet keys;
    ASSERT_TRUE(keys.add_secret(foreign::secret).ok());
    ASSERT_TRUE(keys.add_pem(foreign::rs256_pem).ok());
    ASSERT_TRUE(keys.add_pem(foreign::es256_pem).ok());
    ASSERT_TRUE(keys.add_pem(foreign::eddsa_pem).ok());
    const Verifier verifier(std::move(keys),
                            {.issuer = "https://login.school.example", .audience = "homeroom"});
    EXPECT_EQ(verdict(verifier, foreign::hs256_token), "service ada");
    for (const auto token : {foreign::rs256_token, foreign::es256_token, foreign::eddsa_token,
                             foreign::rs256_token_without_kid, foreign::es256_token_without_kid,
                             foreign::eddsa_token_without_kid}) {
        EXPECT_EQ(verdict(verifier, token), "ada");
    }
    const auto verified = verifier.verify(foreign::rs256_token, test_now);
    EXPECT_EQ(std::get<Claims>(verified).expires_at, at_second(4'102'444'800));
}

TEST(Token, MadeByTheCommandLineIsAccepted) {
    const Verifier verifier = verifier_with_all();
    for (const auto token : {foreign::rs256_openssl_token, foreign::es256_openssl_token,
                             foreign::eddsa_openssl_token}) {
        EXPECT_EQ(verdict(verifier, token), "ben");
    }
}

TEST(Token, OfAnotherKeyOfTheSameKindIsRefused) {
    EXPECT_EQ(verdict(verifier_with_pem(foreign::es256_pem), foreign::second_es256_token),
              "invalid: the token's signature is not by a key of this server");
    EXPECT_EQ(verdict(verifier_with_secret(), foreign::hs256_token),
              "invalid: the token's signature is not by a key of this server");
}

TEST(Token, WithNoKeyForItIsRefused) {
    EXPECT_EQ(verdict(verifier_with_pem(foreign::es256_pem), foreign::rs256_openssl_token),
              "invalid: this server has no RS256 key");
    EXPECT_EQ(verdict(Verifier({}, {}), foreign::rs256_openssl_token),
              "invalid: this server has no RS256 key");
    EXPECT_EQ(verdict(verifier_with_pem(foreign::es256_pem, "winter"), foreign::es256_token),
              "invalid: this server has no ES256 key for the token's \"kid\"");
}

TEST(AlgorithmConfusion, APublicKeyIsNoSharedSecret) {
    for (const auto pem : {foreign::rs256_pem, foreign::es256_pem, foreign::eddsa_pem}) {
        const Verifier verifier = verifier_with_pem(pem);
        const std::string trimmed(pem.substr(0, pem.size() - 1));
        for (const std::string& secret : {std::string(pem), trimmed, der_of(pem)}) {
            EXPECT_EQ(verdict(verifier, make_token(hs256_header, good_claims, secret)),
                      "invalid: this server has no HS256 key");
        }
    }
}

TEST(AlgorithmConfusion, ASignatureCountsOnlyForTheAlgorithmOfItsKey) {
    const Verifier verifier = verifier_with_all();
    for (const auto* name : {"RS256", "ES256", "EdDSA"}) {
        const std::string header = fmt::format(R"({{"alg":"{}"}})", name);
        EXPECT_EQ(verdict(verifier, make_token(header, good_claims)),
                  "invalid: the token's signature is not by a key of this server");
    }
    // The RSA key's own hand, in other ways of signing.
    EXPECT_EQ(verdict(verifier, foreign::ps256_token), no_algorithm);
    EXPECT_EQ(verdict(verifier, foreign::rs512_token), no_algorithm);
}

TEST(AlgorithmConfusion, NoneAndOtherSpellingsDoNotExist) {
    const Verifier verifier = verifier_with_all();
    for (const auto* name : {"none", "None", "NONE", "nOnE", "", "hs256", "Hs256", "HS256 ",
                             "HS384", "HS512", "ES256K", "Ed25519", "dir"}) {
        const std::string header = fmt::format(R"({{"alg":"{}"}})", name);
        EXPECT_EQ(verdict(verifier, make_token(header, good_claims)), no_algorithm) << name;
        const std::string unsigned_token =
            base64::encode_url(header) + "." + base64::encode_url(good_claims) + ".";
        EXPECT_EQ(verdict(verifier, unsigned_token), no_algorithm) << name;
    }
    for (const auto* header : {"{}", R"({"alg":null})", R"({"alg":256})", R"({"alg":["HS256"]})",
                               R"({"ALG":"HS256"})"}) {
        EXPECT_EQ(verdict(verifier, make_token(header, good_claims)), no_algorithm) << header;
    }
}

TEST(TokenForm, IsCheckedBeforeAnythingElse) {
    const Verifier verifier = verifier_with_secret();
    EXPECT_EQ(verdict(verifier, ""), "missing: there is no token");
    const std::string parts = "invalid: the token has not three parts with a dot between them";
    using namespace std::string_view_literals;
    for (const auto token : {"x"sv, "."sv, "a.b"sv, "a.b.c.d"sv, "...."sv, "\0\1 not a token"sv}) {
        EXPECT_EQ(verdict(verifier, token), parts) << token;
    }
    EXPECT_EQ(verdict(verifier, make_token(hs256_header, good_claims) + ".x"), parts);
    EXPECT_EQ(verdict(verifier, ".."), "invalid: the token's header is not JSON");
    EXPECT_EQ(verdict(verifier, "a.b.c"), "invalid: the token's header is not base64url");
    EXPECT_EQ(verdict(verifier, " " + make_token(hs256_header, good_claims)),
              "invalid: the token's header is not base64url");
    EXPECT_EQ(verdict(verifier, make_token(hs256_header, good_claims) + "="),
              "invalid: the token's signature is not base64url");
    EXPECT_EQ(verdict(verifier, make_token(hs256_header, good_claims) + "\n"),
              "invalid: the token's signature is not base64url");
}

TEST(TokenForm, ATokenMayBeAsLongAsTheLimitAndNoLonger) {
    const Verifier verifier = verifier_with_secret();
    const auto padded = [](std::size_t padding) {
        return with_claims(
            fmt::format(R"({{"sub":"ada","exp":1900000000,"x":"{}"}})", std::string(padding, 'x')));
    };
    std::size_t padding = 0;
    while (padded(padding + 1).size() <= limits::token_bytes_max) ++padding;
    EXPECT_EQ(verdict(verifier, padded(padding)), "ada");
    EXPECT_EQ(verdict(verifier, padded(padding + 1)),
              "invalid: the token has more than 8192 bytes");
    EXPECT_EQ(verdict(verifier, std::string(1'000'000, '.')),
              "invalid: the token has more than 8192 bytes");
}

TEST(TokenForm, TheSignedTextIsTakenAsItWasSent) {
    // Claims that are not base64url, signed by the right key.
    const std::string text = base64::encode_url(hs256_header) + ".+/=";
    const std::string token = text + "." + base64::encode_url(hmac_sha256(test_secret, text));
    EXPECT_EQ(verdict(verifier_with_secret(), token),
              "invalid: the token's claim set is not base64url");
}

TEST(TokenHeader, MustBeAnObjectWithEachNameOnce) {
    const Verifier verifier = verifier_with_secret();
    const auto with_header = [&](std::string_view header) {
        return verdict(verifier, make_token(header, good_claims));
    };
    EXPECT_EQ(with_header("[]"), "invalid: the token's header is not an object");
    EXPECT_EQ(with_header("{\"alg\":"), "invalid: the token's header is not JSON");
    EXPECT_EQ(with_header("{\"alg\":\"HS256\"}x"), "invalid: the token's header is not JSON");
    EXPECT_EQ(with_header(R"({"alg":"HS256","alg":"HS256"})"),
              "invalid: the token's header has a name twice");
    EXPECT_EQ(with_header(R"({"alg":"none","\u0061lg":"HS256"})"),
              "invalid: the token's header has a name twice");
    EXPECT_EQ(with_header(fmt::format(R"({{"alg":"HS256","x":{}}})", std::string(1000, '['))),
              "invalid: the token's header is nested too deep");
    EXPECT_EQ(with_header(R"({"alg":"HS256","x":{"a":1},"y":{"a":1}})"), "ada");
}

TEST(TokenHeader, MustAskForNothingCritical) {
    const Verifier verifier = verifier_with_secret();
    for (const auto* crit : {R"(["b64"])", "[]", "null", R"(["exp"])"}) {
        const std::string header = fmt::format(R"({{"alg":"HS256","crit":{}}})", crit);
        EXPECT_EQ(verdict(verifier, make_token(header, good_claims)),
                  "invalid: the token's header has \"crit\"");
    }
}

TEST(TokenHeader, NamesATypeOfOursOrNone) {
    const Verifier verifier = verifier_with_secret();
    const auto with_type = [&](std::string_view type) {
        return verdict(verifier,
                       make_token(fmt::format(R"({{"alg":"HS256","typ":{}}})", type), good_claims));
    };
    for (const auto* type : {R"("JWT")", R"("jwt")", R"("at+jwt")", R"("AT+JWT")",
                             R"("application/at+jwt")", R"("Application/JWT")"}) {
        EXPECT_EQ(with_type(type), "ada") << type;
    }
    for (const auto* type : {R"("logout+jwt")", R"("dpop+jwt")", R"("JWE")", R"("")", "7", "null",
                             R"("application/")", R"("text/jwt")"}) {
        EXPECT_EQ(with_type(type), "invalid: the token's \"typ\" is neither JWT nor at+jwt")
            << type;
    }
}

TEST(TokenHeader, MayNameAKeyButBringsNone) {
    const Verifier verifier = verifier_with_secret();
    const auto with_header = [&](std::string_view members, std::string_view secret) {
        return verdict(verifier, make_token(fmt::format(R"({{"alg":"HS256",{}}})", members),
                                            good_claims, secret));
    };
    const std::string mine(40, 'm');
    const std::string jwk =
        fmt::format(R"("jwk":{{"kty":"oct","k":"{}"}})", base64::encode_url(mine));
    EXPECT_EQ(with_header(jwk, mine),
              "invalid: the token's signature is not by a key of this server");
    EXPECT_EQ(with_header(R"("kid":"any")", test_secret), "ada");  // our key has no name
    EXPECT_EQ(with_header(R"("kid":"../../dev/null")", mine),
              "invalid: the token's signature is not by a key of this server");
    EXPECT_EQ(with_header(R"("kid":7)", test_secret),
              "invalid: the token's \"kid\" is not a string");
}

// Any character of a good token, replaced by any other byte.
void refuses_every_change(const Verifier& verifier, std::string_view token) {
    ASSERT_TRUE(std::holds_alternative<Claims>(verifier.verify(token, test_now)));
    EXPECT_TRUE(rc::check("a changed token is refused", [&] {
        std::string changed(token);
        const auto at = *rc::gen::inRange<std::size_t>(0, changed.size());
        const auto with = *rc::gen::oneOf(rc::gen::arbitrary<char>(),
                                          rc::gen::elementOf(std::string("AZaz059-_.=")));
        RC_PRE(changed[at] != with);
        changed[at] = with;
        RC_ASSERT(std::holds_alternative<TokenError>(verifier.verify(changed, test_now)));
    }));
    EXPECT_TRUE(rc::check("a token cut or grown is refused", [&] {
        std::string changed(token);
        const auto at = *rc::gen::inRange<std::size_t>(0, changed.size());
        if (*rc::gen::arbitrary<bool>()) {
            changed.erase(at, *rc::gen::inRange<std::size_t>(1, 40));
        } else {
            changed.insert(at, 1, *rc::gen::arbitrary<char>());
        }
        RC_PRE(changed != token);
        RC_ASSERT(std::holds_alternative<TokenError>(verifier.verify(changed, test_now)));
    }));
}

TEST(Tampering, IsNoticedWhereverItIs) {
    const Verifier verifier = verifier_with_all();
    refuses_every_change(verifier, make_token(hs256_header, good_claims));
    refuses_every_change(verifier, foreign::rs256_token);
    refuses_every_change(verifier, foreign::es256_token);
    refuses_every_change(verifier, foreign::eddsa_token);
}

TEST(Tampering, IsNoticedAtEachPlace) {
    const Verifier verifier = verifier_with_all();
    for (const auto token : {foreign::rs256_token, foreign::es256_token, foreign::eddsa_token}) {
        for (std::size_t at = 0; at < token.size(); ++at) {
            std::string changed(token);
            changed[at] = changed[at] == 'A' ? 'B' : 'A';
            EXPECT_TRUE(std::holds_alternative<TokenError>(verifier.verify(changed, test_now)))
                << at;
            changed[at] = static_cast<char>(token[at] ^ 1);
            EXPECT_TRUE(std::holds_alternative<TokenError>(verifier.verify(changed, test_now)))
                << at;
        }
    }
}

TEST(Tampering, EachLastCharacterHasOneSpelling) {
    // The bits of a last character that mean nothing must not make a second token of a first.
    const Verifier verifier = verifier_with_all();
    for (const auto token : {foreign::rs256_token, foreign::es256_token, foreign::eddsa_token}) {
        std::string changed(token);
        for (const char c :
             std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")) {
            changed.back() = c;
            EXPECT_EQ(std::holds_alternative<Claims>(verifier.verify(changed, test_now)),
                      changed == token);
        }
    }
}

TEST(SignedByUs, IsAcceptedUntilItEnds) {
    const TokenRequest request{.subject = "ada", .lifetime = 1h};
    const std::string token = sign_token(test_secret, request, test_now + 250ms);
    const Verifier verifier = verifier_with_secret({.leeway = 0s});
    EXPECT_EQ(verdict(verifier, token, test_now), "ada");
    EXPECT_EQ(verdict(verifier, token, test_now + 1h - 1ms), "ada");
    EXPECT_EQ(verdict(verifier, token, test_now + 1h), "expired: the token has expired");
}

TEST(SignedByUs, CarriesWhatWasAskedFor) {
    const TokenRequest request{.subject = "platform \"é\" ✓",
                               .lifetime = 60s,
                               .service = true,
                               .issuer = "homeroom",
                               .audience = "school"};
    const std::string token = sign_token(test_secret, request, test_now);
    EXPECT_EQ(verdict(verifier_with_secret({.issuer = "homeroom", .audience = "school"}), token),
              "service platform \"é\" ✓");
    const std::string_view rest = std::string_view(token).substr(token.find('.') + 1);
    const auto claims =
        nlohmann::json::parse(base64::decode_url_strict(rest.substr(0, rest.find('.'))).value());
    EXPECT_EQ(claims, nlohmann::json({{"sub", request.subject},
                                      {"iat", 1'800'000'000},
                                      {"exp", 1'800'000'060},
                                      {"scope", "service"},
                                      {"iss", "homeroom"},
                                      {"aud", "school"}}));
}

TEST(SignedByUs, ASubjectThatIsNoTextDoesNoHarm) {
    const std::string token =
        sign_token(test_secret, {.subject = "a\xff", .lifetime = 60s}, test_now);
    EXPECT_EQ(verdict(verifier_with_secret(), token), "a\xEF\xBF\xBD");
}

TEST(SignedByUs, AnythingSignedIsReadBackAsItWas) {
    EXPECT_TRUE(rc::check("sign, then verify", [] {
        TokenRequest request{.subject = *rc::gen::string<std::string>(),
                             .lifetime = std::chrono::seconds{*rc::gen::inRange(10, 1'000'000)},
                             .service = *rc::gen::arbitrary<bool>()};
        for (char& c : request.subject) c = static_cast<char>(' ' + (c & 63));
        RC_PRE(!request.subject.empty() && request.subject.size() <= 255);
        const auto verified =
            verifier_with_secret().verify(sign_token(test_secret, request, test_now), test_now);
        const auto& claims = std::get<Claims>(verified);
        RC_ASSERT(claims.subject == request.subject);
        RC_ASSERT(claims.service == request.service);
        RC_ASSERT(claims.expires_at == test_now + request.lifetime);
    }));
}

TEST(Refusals, NeverRepeatTheToken) {
    const Verifier verifier = verifier_with_all();
    const std::string marker = "marker-of-the-token";
    const std::vector<std::string> tokens = {
        marker,
        make_token(fmt::format(R"({{"alg":"{}"}})", marker), good_claims),
        make_token(fmt::format(R"({{"alg":"HS256","kid":"{}"}})", marker), good_claims, marker),
        make_token(fmt::format(R"({{"alg":"HS256","typ":"{}"}})", marker), good_claims),
        with_claims(fmt::format(R"({{"sub":"{}"}})", marker)),
        with_claims(fmt::format(R"({{"sub":"{}\n","exp":1900000000}})", marker)),
        with_claims(fmt::format(R"({{"sub":"a","exp":"{}"}})", marker)),
        with_claims(fmt::format(R"({{"{0}":1,"{0}":2}})", marker)),
    };
    for (const std::string& token : tokens) {
        const std::string said = verdict(verifier, token);
        EXPECT_TRUE(said.starts_with("invalid: ")) << said;
        EXPECT_EQ(said.find(marker), std::string::npos) << said;
    }
}

TEST(Verifier, ServesManyThreadsAtOnce) {
    const Verifier verifier = verifier_with_all();
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&verifier] {
            for (int round = 0; round < 50; ++round) {
                EXPECT_EQ(verdict(verifier, foreign::rs256_token), "ada");
                EXPECT_EQ(verdict(verifier, foreign::es256_token), "ada");
                EXPECT_EQ(verdict(verifier, foreign::eddsa_token), "ada");
                EXPECT_NE(verdict(verifier, foreign::hs256_token), "ada");
            }
        });
    }
    for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace homeroom::identity
