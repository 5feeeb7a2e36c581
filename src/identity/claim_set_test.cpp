// Claims of a good signature: their form, and whether they hold.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <string>

#include "identity/test_tokens.h"

namespace homeroom::identity {
namespace {

using namespace std::chrono_literals;

std::string said_of(std::string_view claims, VerifyPolicy policy = {}) {
    return verdict(verifier_with_secret(std::move(policy)), with_claims(claims));
}

// A good token's claims and more: `R"("nbf":7)"`.
std::string said_of_good_with(std::string_view members, VerifyPolicy policy = {}) {
    return said_of(fmt::format(R"({{"sub":"ada","exp":1900000000,{}}})", members),
                   std::move(policy));
}

std::string said_of_exp(std::string_view exp) {
    return said_of(fmt::format(R"({{"sub":"ada","exp":{}}})", exp));
}

std::string said_of_sub(std::string_view sub) {
    return said_of(fmt::format(R"({{"exp":1900000000,"sub":{}}})", sub));
}

TEST(Claims, AreOneObjectWithEachNameOnce) {
    EXPECT_EQ(said_of("[\"ada\"]"), "invalid: the token's claim set is not an object");
    EXPECT_EQ(said_of("null"), "invalid: the token's claim set is not an object");
    EXPECT_EQ(said_of(""), "invalid: the token's claim set is not JSON");
    EXPECT_EQ(said_of("{sub:"), "invalid: the token's claim set is not JSON");
    EXPECT_EQ(said_of_good_with(R"("sub":"tess")"),
              "invalid: the token's claim set has a name twice");
    EXPECT_EQ(said_of_good_with(R"("a":{"b":1,"b":2})"),
              "invalid: the token's claim set has a name twice");
    EXPECT_EQ(said_of_good_with("\"a\":" + std::string(17, '[') + std::string(17, ']')),
              "invalid: the token's claim set is nested too deep");
    EXPECT_EQ(said_of_good_with("\"a\":\"\xff\""), "invalid: the token's claim set is not JSON");
    EXPECT_EQ(said_of_good_with(R"("roles":["x"],"realm":{"a":[{"b":null}]},"admin":true)"), "ada");
}

TEST(Expiry, IsRequiredAndANumber) {
    EXPECT_EQ(said_of(R"({"sub":"ada"})"),
              "invalid: the token has no \"exp\": it must say when it ends");
    for (const auto* exp : {R"("1900000000")", R"("tomorrow")", "null", "true", "[1900000000]"}) {
        EXPECT_EQ(said_of_exp(exp), "invalid: the token's \"exp\" is not a number") << exp;
    }
    for (const auto* exp : {"-1", "-0.5", "-9223372036854775808", "253402300800",
                            "18446744073709551615", "1e300", "99999999999999999999999"}) {
        EXPECT_EQ(said_of_exp(exp), "invalid: the token's \"exp\" is no time in seconds since 1970")
            << exp;
    }
    for (const auto* exp : {"NaN", "Infinity", "1e999", "0x7f", "01900000000", "1900000000."}) {
        EXPECT_EQ(said_of_exp(exp), "invalid: the token's claim set is not JSON") << exp;
    }
    EXPECT_EQ(said_of_exp("0"), "expired: the token has expired");
    EXPECT_EQ(said_of_exp("253402300799"), "ada");
    EXPECT_EQ(said_of_exp("1.9e9"), "ada");
}

TEST(Expiry, IsExactToTheMillisecond) {
    const Verifier verifier = verifier_with_secret({.leeway = 0s});
    const std::string token = with_claims(R"({"sub":"ada","exp":1800000000.25})");
    EXPECT_EQ(verdict(verifier, token, test_now + 249ms), "ada");
    EXPECT_EQ(verdict(verifier, token, test_now + 250ms), "expired: the token has expired");
    EXPECT_EQ(std::get<Claims>(verifier.verify(token, test_now)).expires_at, test_now + 250ms);
}

TEST(Expiry, AllowsForClocksThatDiffer) {
    const Verifier verifier = verifier_with_secret({.leeway = 5s});
    const std::string token = with_claims(R"({"sub":"ada","exp":1800000000})");
    EXPECT_EQ(verdict(verifier, token, test_now + 5s - 1ms), "ada");
    EXPECT_EQ(verdict(verifier, token, test_now + 5s), "expired: the token has expired");
    EXPECT_EQ(std::get<Claims>(verifier.verify(token, test_now)).expires_at, test_now);
}

TEST(Expiry, IsSaidOnlyOfATokenThatWasGoodOnce) {
    EXPECT_EQ(said_of(R"({"sub":"ada","exp":1000})"), "expired: the token has expired");
    EXPECT_EQ(said_of(R"({"exp":1000})"),
              "invalid: the token has no \"sub\": it must name the user");
    EXPECT_EQ(
        verdict(verifier_with_secret(), make_token(hs256_header, R"({"sub":"ada","exp":1000})",
                                                   "another secret of enough bytes, surely")),
        "invalid: the token's signature is not by a key of this server");
}

TEST(NotBefore, HoldsATokenBackUntilItsTime) {
    const Verifier verifier = verifier_with_secret({.leeway = 5s});
    const std::string token = with_claims(R"({"sub":"ada","exp":1900000000,"nbf":1800000060})");
    EXPECT_EQ(verdict(verifier, token, test_now), "invalid: the token is not valid yet (\"nbf\")");
    EXPECT_EQ(verdict(verifier, token, test_now + 55s - 1ms),
              "invalid: the token is not valid yet (\"nbf\")");
    EXPECT_EQ(verdict(verifier, token, test_now + 55s), "ada");
    EXPECT_EQ(said_of_good_with(R"("nbf":"now")"), "invalid: the token's \"nbf\" is not a number");
    EXPECT_EQ(said_of_good_with(R"("nbf":-1)"),
              "invalid: the token's \"nbf\" is no time in seconds since 1970");
}

TEST(IssuedAt, IsNotAhead) {
    const Verifier verifier = verifier_with_secret({.leeway = 5s});
    const std::string token = with_claims(R"({"sub":"ada","exp":1900000000,"iat":1800000060})");
    EXPECT_EQ(verdict(verifier, token, test_now), "invalid: the token is not issued yet (\"iat\")");
    EXPECT_EQ(verdict(verifier, token, test_now + 55s), "ada");
    EXPECT_EQ(said_of_good_with(R"("iat":1700000000)"), "ada");
    EXPECT_EQ(said_of_good_with(R"("iat":"now")"), "invalid: the token's \"iat\" is not a number");
}

TEST(Issuer, MustBeTheOneExpected) {
    const VerifyPolicy policy{.issuer = "school"};
    const std::string other = "invalid: the token is not from the issuer expected (\"iss\")";
    EXPECT_EQ(said_of_good_with(R"("iss":"school")", policy), "ada");
    EXPECT_EQ(said_of_good_with(R"("iss":"School")", policy), other);
    EXPECT_EQ(said_of_good_with(R"("iss":"")", policy), other);
    EXPECT_EQ(said_of_good_with(R"("x":1)", policy), other);
    EXPECT_EQ(said_of_good_with(R"("iss":["school"])", policy),
              "invalid: the token's \"iss\" is not a string");
    EXPECT_EQ(said_of_good_with(R"("iss":"anybody")"), "ada");
    EXPECT_EQ(said_of_good_with(R"("iss":7)"), "invalid: the token's \"iss\" is not a string");
}

TEST(Audience, MustIncludeUs) {
    const VerifyPolicy policy{.audience = "homeroom"};
    const std::string other = "invalid: the token is not meant for this server (\"aud\")";
    EXPECT_EQ(said_of_good_with(R"("aud":"homeroom")", policy), "ada");
    EXPECT_EQ(said_of_good_with(R"("aud":["other","homeroom"])", policy), "ada");
    EXPECT_EQ(said_of_good_with(R"("aud":"homeroom2")", policy), other);
    EXPECT_EQ(said_of_good_with(R"("aud":["other"])", policy), other);
    EXPECT_EQ(said_of_good_with(R"("aud":[])", policy), other);
    EXPECT_EQ(said_of_good_with(R"("x":1)", policy), other);
    EXPECT_EQ(said_of_good_with(R"("aud":["homeroom",7])", policy),
              "invalid: the token's \"aud\" holds something else than strings");
    EXPECT_EQ(said_of_good_with(R"("aud":{"homeroom":1})", policy),
              "invalid: the token's \"aud\" is no string and no array");
    EXPECT_EQ(said_of_good_with(R"("aud":"anybody")"), "ada");
}

TEST(Subject, IsATextOfReasonableForm) {
    EXPECT_EQ(said_of(R"({"exp":1900000000})"),
              "invalid: the token has no \"sub\": it must name the user");
    EXPECT_EQ(said_of_sub("7"), "invalid: the token's \"sub\" is not a string");
    EXPECT_EQ(said_of_sub("null"), "invalid: the token's \"sub\" is not a string");
    EXPECT_EQ(said_of_sub(R"("")"), "invalid: the token's \"sub\" is empty");
    EXPECT_EQ(said_of_sub("\"" + std::string(255, 'x') + "\""), std::string(255, 'x'));
    EXPECT_EQ(said_of_sub("\"" + std::string(256, 'x') + "\""),
              "invalid: the token's \"sub\" has more than 255 bytes");
    EXPECT_EQ(said_of_sub(R"("Åsa Öberg 🎓 é")"), "Åsa Öberg 🎓 é");
}

TEST(Subject, HasNoControlCharacter) {
    for (const auto* sub :
         {R"("a\u0000")", R"("\n")", R"("a\tb")", R"("\u007f")", R"("a\u0080")", R"("\u009fb")"}) {
        EXPECT_EQ(said_of_sub(sub), "invalid: the token's \"sub\" has a control character") << sub;
    }
    EXPECT_EQ(said_of_sub(R"("\u00a0")"), "\u00a0");
    EXPECT_EQ(said_of_sub(R"("\u0420")"), "\u0420");  // a byte A0 of another character
}

TEST(Scope, MakesAServiceOfOneWord) {
    EXPECT_EQ(said_of_good_with(R"("scope":"service")"), "service ada");
    EXPECT_EQ(said_of_good_with(R"("scope":"read service write")"), "service ada");
    EXPECT_EQ(said_of_good_with(R"("scope":"read  service")"), "service ada");
    for (const auto* scope : {"", " ", "services", "no-service", "service:read", "Service",
                              "service\\u0009x", "read"}) {
        EXPECT_EQ(said_of_good_with(fmt::format(R"("scope":"{}")", scope)), "ada") << scope;
    }
    EXPECT_EQ(said_of_good_with(R"("scope":["service"])"),
              "invalid: the token's \"scope\" is not a string");
    EXPECT_EQ(said_of_good_with(R"("service":true)"), "ada");
}

}  // namespace
}  // namespace homeroom::identity
