// Key sets: what is taken, what is skipped, what is refused.
#include "identity/key_set.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "identity/test_foreign_tokens.h"
#include "identity/test_tokens.h"

namespace homeroom::identity {
namespace {

// A foreign JWK with more members: `R"("kid":"x")"`.
std::string with(std::string_view jwk, std::string_view members) {
    return fmt::format("{{{},{}", members, jwk.substr(1));
}

std::string set_of(std::string_view entries) {
    return fmt::format(R"({{"keys":[{}]}})", entries);
}

std::string refusal(std::string_view jwks) {
    KeySet keys;
    const auto added = keys.add_jwks(jwks);
    EXPECT_EQ(keys.size() == 0, !added.ok());
    return added.ok() ? "accepted" : added.error().message;
}

TEST(Jwks, TakesWhatItKnowsAndSkipsTheRest) {
    KeySet keys;
    const std::string set = set_of(fmt::format(
        R"({}, {{"kty":"quantum"}}, {}, 7, {{"kty":"EC","crv":"P-521","x":"AA","y":"AA"}}, {}, {})",
        with(foreign::rs256_jwk, R"("kid":"r","use":"sig","alg":"RS256")"),
        with(foreign::rs256_jwk, R"("kid":"enc","use":"enc","alg":"RSA-OAEP")"), foreign::es256_jwk,
        with(foreign::eddsa_jwk, R"("x5c":["AAAA"],"extra":{"deep":[1,2]})")));
    const auto added = keys.add_jwks(set);
    ASSERT_TRUE(added.ok()) << added.error().message;
    ASSERT_EQ(keys.size(), 3U);
    EXPECT_EQ(keys.keys()[0].algorithm(), Algorithm::rs256);
    EXPECT_EQ(keys.keys()[0].kid(), "r");
    EXPECT_EQ(keys.keys()[1].algorithm(), Algorithm::es256);
    EXPECT_EQ(keys.keys()[1].kid(), "");
    EXPECT_EQ(keys.keys()[2].algorithm(), Algorithm::eddsa);
}

TEST(Jwks, WithoutOneUsableKeySaysWhy) {
    EXPECT_EQ(refusal(set_of("")), "the key set is empty");
    EXPECT_EQ(
        refusal(set_of(R"({"kty":"quantum"},{"kty":"RSA","use":"enc"},{"kty":"photon"},7)")),
        "the key set has no usable key (key 1: its type (\"kty\") is none of RSA, EC, OKP and "
        "oct; key 2: it is not for signatures (\"use\"); key 4: it is not an object)");
}

TEST(Jwks, ThatIsNoKeySetIsRefused) {
    EXPECT_EQ(refusal(""), "the key set is not JSON");
    EXPECT_EQ(refusal("{\"keys\":["), "the key set is not JSON");
    EXPECT_EQ(refusal("[]"), "the key set is not an object");
    EXPECT_EQ(refusal("{}"), "the key set has no array \"keys\"");
    EXPECT_EQ(refusal(R"({"keys":{}})"), "the key set has no array \"keys\"");
    EXPECT_EQ(refusal(foreign::es256_jwk), "the key set has no array \"keys\"");
    EXPECT_EQ(refusal(R"({"keys":[],"keys":[]})"), "the key set has a name twice");
    EXPECT_EQ(refusal(set_of(with(foreign::es256_jwk, R"("kty":"oct")"))),
              "the key set has a name twice");
    EXPECT_EQ(refusal(std::string(1000, '[')), "the key set is nested too deep");
    EXPECT_EQ(refusal(std::string(limits::jwks_bytes_max + 1, ' ')),
              "the key set has more than 262144 bytes");
}

TEST(KeySet, HoldsNoMoreThanItsLimit) {
    KeySet keys;
    for (std::size_t i = 0; i < limits::keys_max; ++i) {
        EXPECT_TRUE(keys.add_secret(test_secret, fmt::format("{}", i)).ok());
    }
    EXPECT_EQ(keys.add_secret(test_secret).error().message, "more than 64 keys");
    EXPECT_EQ(keys.add_pem(foreign::es256_pem).error().code, Code::too_large);
    EXPECT_EQ(keys.add_jwks(set_of(foreign::es256_jwk)).error().code, Code::too_large);
    EXPECT_EQ(keys.size(), limits::keys_max);
}

TEST(KeySet, IsLeftAsItWasByASetWithTooMany) {
    KeySet keys;
    std::string entries(foreign::eddsa_jwk);
    for (std::size_t i = 0; i < limits::keys_max; ++i)
        entries += fmt::format(",{}", foreign::eddsa_jwk);
    EXPECT_EQ(keys.add_jwks(set_of(entries)).error().message, "more than 64 keys");
    EXPECT_EQ(keys.size(), 0U);
}

TEST(KeyRotation, KeepsOldTokensGoodWhileTheOldKeyIsInTheSet) {
    const std::string before = with(foreign::es256_jwk, R"("kid":"es256-2026")");
    const std::string after = with(foreign::second_es256_jwk, R"("kid":"es256-2027")");
    const auto old_token = foreign::es256_token;
    const auto new_token = foreign::second_es256_token;
    const std::string unknown = "invalid: this server has no ES256 key for the token's \"kid\"";

    const Verifier only_old = verifier_with_jwks(set_of(before));
    EXPECT_EQ(verdict(only_old, old_token), "ada");
    EXPECT_EQ(verdict(only_old, new_token), unknown);

    const Verifier both = verifier_with_jwks(set_of(before + "," + after));
    EXPECT_EQ(verdict(both, old_token), "ada");
    EXPECT_EQ(verdict(both, new_token), "ada");
    EXPECT_EQ(verdict(both, foreign::es256_token_without_kid), "ada");

    const Verifier only_new = verifier_with_jwks(set_of(after));
    EXPECT_EQ(verdict(only_new, old_token), unknown);
    EXPECT_EQ(verdict(only_new, new_token), "ada");
    EXPECT_EQ(verdict(only_new, foreign::es256_token_without_kid),
              "invalid: the token's signature is not by a key of this server");
}

TEST(KeyRotation, ANameThatBelongsToAnotherKeyDoesNotHelp) {
    // Both names are known, but swapped: each token is tried only with the key that it names.
    const std::string swapped = with(foreign::es256_jwk, R"("kid":"es256-2027")") + "," +
                                with(foreign::second_es256_jwk, R"("kid":"es256-2026")");
    const Verifier verifier = verifier_with_jwks(set_of(swapped));
    EXPECT_EQ(verdict(verifier, foreign::es256_token),
              "invalid: the token's signature is not by a key of this server");
    EXPECT_EQ(verdict(verifier, foreign::second_es256_token),
              "invalid: the token's signature is not by a key of this server");
}

}  // namespace
}  // namespace homeroom::identity
