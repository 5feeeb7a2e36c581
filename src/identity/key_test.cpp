// Signatures of the RFCs' own examples, and the keys that are refused.
#include "identity/key.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <openssl/err.h>

#include "base/base64.h"
#include "identity/test_foreign_tokens.h"

namespace homeroom::identity {
namespace {

// RFC 7515 A.1 to A.3 sign the same claims.
constexpr std::string_view rfc7515_claims =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlf"
    "Q";

struct Example {
    std::string_view name;
    std::string_view jwk;
    Algorithm algorithm;
    std::string_view header;
    std::string_view claims;
    std::string_view signature;
};

const Example examples[] = {
    {"RFC 7515 A.1",
     R"({"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"})",
     Algorithm::hs256, "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9", rfc7515_claims,
     "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"},
    {"RFC 7515 A.2",
     R"({"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"})",
     Algorithm::rs256, "eyJhbGciOiJSUzI1NiJ9", rfc7515_claims,
     "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_"
     "O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_"
     "nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-"
     "eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0ig"
     "cN_IoypGlUPQGe77Rw"},
    {"RFC 7515 A.3",
     R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})",
     Algorithm::es256, "eyJhbGciOiJFUzI1NiJ9", rfc7515_claims,
     "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"},
    {"RFC 8037 A.4",
     R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})",
     Algorithm::eddsa, "eyJhbGciOiJFZERTQSJ9", "RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
     "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"},
};

std::string refusal(const Result<Key>& made) {
    return made.ok() ? "accepted" : made.error().message;
}

std::string refusal_of_jwk(std::string_view json) {
    return refusal(Key::from_jwk(nlohmann::json::parse(json)));
}

TEST(Key, VerifiesTheExamplesOfTheRfcs) {
    for (const Example& example : examples) {
        SCOPED_TRACE(example.name);
        const auto key = Key::from_jwk(nlohmann::json::parse(example.jwk));
        ASSERT_TRUE(key.ok()) << key.error().message;
        EXPECT_EQ(key->algorithm(), example.algorithm);
        const std::string text = fmt::format("{}.{}", example.header, example.claims);
        const std::string signature = base64::decode_url_strict(example.signature).value();
        EXPECT_TRUE(key->verify(text, signature));
        EXPECT_FALSE(key->verify(text + " ", signature));
        EXPECT_FALSE(key->verify("", signature));
    }
}

TEST(Key, RefusesEveryBitFlippedAndEveryOtherLengthOfASignature) {
    for (const Example& example : examples) {
        SCOPED_TRACE(example.name);
        const auto key = Key::from_jwk(nlohmann::json::parse(example.jwk));
        const std::string text = fmt::format("{}.{}", example.header, example.claims);
        const std::string signature = base64::decode_url_strict(example.signature).value();
        for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
            std::string flipped = signature;
            flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
            EXPECT_FALSE(key->verify(text, flipped)) << "bit " << bit;
        }
        for (std::size_t length = 0; length < signature.size(); ++length) {
            EXPECT_FALSE(key->verify(text, signature.substr(0, length))) << length << " bytes";
        }
        EXPECT_FALSE(key->verify(text, signature + '\0'));
        EXPECT_FALSE(key->verify(text, '\0' + signature));
    }
}

TEST(Key, TakesOfEcdsaOnlyTheFormOfJws) {
    // RFC 7518 §3.4: r and s, no DER.
    const auto key = Key::from_jwk(nlohmann::json::parse(examples[2].jwk));
    const std::string text = fmt::format("{}.{}", examples[2].header, examples[2].claims);
    const std::string pair = base64::decode_url_strict(examples[2].signature).value();
    // Here s begins with a bit set, so DER puts a zero before it.
    const std::string der = std::string("\x30\x45\x02\x20", 4) + pair.substr(0, 32) +
                            std::string("\x02\x21\x00", 3) + pair.substr(32);
    EXPECT_FALSE(key->verify(text, der));
    EXPECT_FALSE(key->verify(text, std::string(64, '\0')));
    EXPECT_FALSE(key->verify(text, std::string(64, '\xff')));
}

TEST(Key, LeavesNothingInTheErrorQueueOfItsThread) {
    ERR_clear_error();
    for (const Example& example : examples) {
        const auto key = Key::from_jwk(nlohmann::json::parse(example.jwk));
        EXPECT_FALSE(key->verify("text", std::string(64, 'x')));
        EXPECT_FALSE(key->verify("text", std::string(256, 'x')));
    }
    EXPECT_FALSE(
        Key::from_pem("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "").ok());
    EXPECT_FALSE(Key::from_pem(foreign::p384_pem, "").ok());
    EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(Key, KnowsAlgorithmsByTheirExactNames) {
    EXPECT_EQ(algorithm_named("HS256"), Algorithm::hs256);
    EXPECT_EQ(algorithm_named("EdDSA"), Algorithm::eddsa);
    for (const auto* name :
         {"", "none", "None", "hs256", "Hs256", "HS256 ", "HS384", "PS256", "eddsa"}) {
        EXPECT_EQ(algorithm_named(name), std::nullopt) << name;
    }
}

TEST(SecretKey, NeedsThirtyTwoBytes) {
    EXPECT_TRUE(Key::from_secret(std::string(32, 'x'), "").ok());
    EXPECT_EQ(refusal(Key::from_secret(std::string(31, 'x'), "")),
              "a shared secret must have at least 32 bytes, this one has 31");
    EXPECT_EQ(refusal(Key::from_secret("", "")),
              "a shared secret must have at least 32 bytes, this one has 0");
}

TEST(SecretKey, IsNeverAPemFile) {
    EXPECT_EQ(refusal(Key::from_secret(foreign::rs256_pem, "")),
              "this is a PEM file, not a shared secret: add it as a key file");
}

TEST(PemKey, IsBoundToTheAlgorithmOfItsKind) {
    EXPECT_EQ(Key::from_pem(foreign::rs256_pem, "")->algorithm(), Algorithm::rs256);
    EXPECT_EQ(Key::from_pem(foreign::es256_pem, "")->algorithm(), Algorithm::es256);
    EXPECT_EQ(Key::from_pem(foreign::eddsa_pem, "")->algorithm(), Algorithm::eddsa);
    EXPECT_EQ(Key::from_pem(foreign::eddsa_pem, "autumn")->kid(), "autumn");
}

TEST(PemKey, MayHaveTextAroundItAndLinesOfWindows) {
    std::string windows = "the key of the school\n";
    for (const char c : foreign::es256_pem)
        windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
    EXPECT_EQ(refusal(Key::from_pem(windows, "")), "accepted");
}

TEST(PemKey, OfAnotherKindIsRefusedInWords) {
    EXPECT_EQ(refusal(Key::from_pem(foreign::rsa_1024_pem, "")),
              "an RSA key must have 2048 to 8192 bits, this one has 1024");
    const std::string curve = "an elliptic-curve key must be on the curve P-256";
    EXPECT_EQ(refusal(Key::from_pem(foreign::p384_pem, "")), curve);
    EXPECT_EQ(refusal(Key::from_pem(foreign::secp256k1_pem, "")), curve);
    const std::string kind = "a public key must be RSA, P-256 or Ed25519";
    EXPECT_EQ(refusal(Key::from_pem(foreign::x25519_pem, "")), kind);
    EXPECT_EQ(refusal(Key::from_pem(foreign::ed448_pem, "")), kind);
    EXPECT_EQ(refusal(Key::from_pem(foreign::rsa_pss_pem, "")), kind);
}

TEST(PemKey, ThatIsNoPublicKeyIsRefusedInWords) {
    const auto block = [](std::string_view label) {
        return fmt::format("-----BEGIN {0}-----\nAAAA\n-----END {0}-----\n", label);
    };
    const auto refused = [](std::string_view pem) { return refusal(Key::from_pem(pem, "")); };
    EXPECT_EQ(refused(""), "no PEM: it has no line \"-----BEGIN PUBLIC KEY-----\"");
    for (const auto* label : {"PRIVATE KEY", "RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY"}) {
        EXPECT_EQ(refused(block(label)),
                  "this is a private key, and checking tokens needs only the public half: make it "
                  "with `openssl pkey -in FILE -pubout`");
    }
    EXPECT_EQ(refused(block("CERTIFICATE")),
              "this is a certificate: take the key out of it with `openssl x509 -in FILE -pubkey "
              "-noout`");
    EXPECT_EQ(refused(block("RSA PUBLIC KEY")), "the PEM block is not a \"PUBLIC KEY\"");
    EXPECT_EQ(refused(block("PUBLIC KEY")), "the PEM block holds no public key that can be read");
    EXPECT_EQ(refused(fmt::format("{}{}", foreign::es256_pem, foreign::eddsa_pem)),
              "more than one PEM block: one file holds one key");
    EXPECT_EQ(refused(foreign::es256_pem.substr(0, 60)),
              "the PEM block holds no public key that can be read");
    EXPECT_EQ(refused(std::string(100'000, 'x')), "the PEM file is too large for one key");
}

TEST(PemKey, ThatIsLockedDoesNotAskForAPassword) {
    EXPECT_EQ(refusal(Key::from_pem("-----BEGIN PUBLIC KEY-----\nProc-Type: 4,ENCRYPTED\n"
                                    "DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n"
                                    "AAAA\n-----END PUBLIC KEY-----\n",
                                    "")),
              "the PEM block holds no public key that can be read");
}

TEST(Jwk, OfAnyFormThatIsOfNoUseSaysWhy) {
    EXPECT_EQ(refusal_of_jwk("7"), "it is not an object");
    EXPECT_EQ(refusal_of_jwk("{}"), "its type (\"kty\") is missing");
    EXPECT_EQ(refusal_of_jwk(R"({"kty":7})"), "\"kty\" is not a string");
    EXPECT_EQ(refusal_of_jwk(R"({"kty":"rsa"})"),
              "its type (\"kty\") is none of RSA, EC, OKP and oct");
    EXPECT_EQ(refusal_of_jwk(R"({"kty":"RSA","kid":7})"), "\"kid\" is not a string");
    EXPECT_EQ(refusal_of_jwk(R"({"kty":"RSA","n":"AQAB"})"), "\"e\" is missing");
    EXPECT_EQ(refusal_of_jwk(R"({"kty":"RSA","n":"A+/=","e":"AQAB"})"), "\"n\" is not base64url");
    EXPECT_EQ(refusal_of_jwk(R"({"kty":"RSA","n":"AQAB","e":"AQAB"})"),
              "an RSA key must have 2048 to 8192 bits, this one has 17");
    EXPECT_EQ(refusal_of_jwk(R"({"kty":"EC","crv":"P-384"})"), "its curve is not P-256");
    EXPECT_EQ(refusal_of_jwk(R"({"kty":"EC","crv":"P-256","x":"AQAB"})"),
              "\"x\" must have 32 bytes");
    EXPECT_EQ(refusal_of_jwk(R"({"kty":"OKP","crv":"X25519"})"), "its curve is not Ed25519");
    EXPECT_EQ(refusal_of_jwk(R"({"kty":"OKP","crv":"Ed25519","x":"AQAB"})"),
              "\"x\" must have 32 bytes");
    EXPECT_EQ(refusal_of_jwk(R"({"kty":"oct","k":"AQAB"})"),
              "a shared secret must have at least 32 bytes, this one has 3");
}

TEST(Jwk, MustBeForVerifyingSignatures) {
    auto jwk = nlohmann::json::parse(foreign::es256_jwk);
    const auto refusal_with = [&](std::string_view name, const nlohmann::json& value) {
        auto changed = jwk;
        changed[std::string(name)] = value;
        return refusal(Key::from_jwk(changed));
    };
    EXPECT_EQ(refusal_with("use", "sig"), "accepted");
    EXPECT_EQ(refusal_with("use", "enc"), "it is not for signatures (\"use\")");
    EXPECT_EQ(refusal_with("key_ops", {"sign", "verify"}), "accepted");
    const std::string operations = "it is not for verifying (\"key_ops\")";
    EXPECT_EQ(refusal_with("key_ops", nlohmann::json::array({"encrypt"})), operations);
    EXPECT_EQ(refusal_with("key_ops", "verify"), operations);
    EXPECT_EQ(refusal_with("alg", "ES256"), "accepted");
    EXPECT_EQ(refusal_with("alg", "ES384"), "its \"alg\" is not ES256");
    EXPECT_EQ(refusal_with("alg", "HS256"), "its \"alg\" is not ES256");
    EXPECT_EQ(refusal_with("d", "AQAB"), "it is a private key: leave out the private members");
}

TEST(Jwk, WithNumbersThatAreNoKeyIsRefused) {
    const std::string bad = "the public key's numbers are no valid key";
    // A point beside the curve: x of one key, y of another.
    auto point = nlohmann::json::parse(foreign::es256_jwk);
    point["y"] = nlohmann::json::parse(foreign::second_es256_jwk)["y"];
    EXPECT_EQ(refusal(Key::from_jwk(point)), bad);
    point["x"] = base64::encode_url(std::string(32, '\0'));
    point["y"] = base64::encode_url(std::string(32, '\0'));
    EXPECT_EQ(refusal(Key::from_jwk(point)), bad);

    // With e = 1 every signature is its own proof, an even e is none.
    auto rsa = nlohmann::json::parse(foreign::rs256_jwk);
    for (const std::string_view exponent : {std::string_view("\x01"), std::string_view("\x02")}) {
        rsa["e"] = base64::encode_url(exponent);
        EXPECT_EQ(refusal(Key::from_jwk(rsa)), bad);
    }
    rsa["e"] = "AQAB";
    std::string even = base64::decode_url_strict(rsa["n"].get<std::string>()).value();
    even.back() = static_cast<char>(even.back() & ~1);
    rsa["n"] = base64::encode_url(even);
    EXPECT_EQ(refusal(Key::from_jwk(rsa)), bad);
}

}  // namespace
}  // namespace homeroom::identity
