// What a key is bound to, and the verification of one signature.
#include "identity/key.h"

#include <array>
#include <cstdlib>
#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <utility>

#include "base/hash.h"
#include "base/limits.h"
#include "identity/openssl_handles.h"

namespace homeroom::identity {
namespace {

constexpr std::size_t p256_number_bytes = 32;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

// RFC 7518 §3.4: a JWS carries r and s as two numbers of 32 bytes each; OpenSSL wants
// SEQUENCE { r INTEGER, s INTEGER }. Empty when the length is wrong.
std::string der_of_es256(std::string_view signature) {
    if (signature.size() != 2 * p256_number_bytes) return {};
    constexpr int number_bytes = static_cast<int>(p256_number_bytes);
    BignumHandle r(BN_bin2bn(bytes_of(signature), number_bytes, nullptr));
    BignumHandle s(BN_bin2bn(bytes_of(signature) + p256_number_bytes, number_bytes, nullptr));
    const EcdsaSignatureHandle pair(ECDSA_SIG_new());
    if (!r || !s || !pair) return {};
    if (ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) return {};
    // The pair owns both numbers from here on.
    static_cast<void>(r.release());
    static_cast<void>(s.release());
    const int length = i2d_ECDSA_SIG(pair.get(), nullptr);
    if (length <= 0) return {};
    std::string der(static_cast<std::size_t>(length), '\0');
    auto* to = reinterpret_cast<unsigned char*>(der.data());
    i2d_ECDSA_SIG(pair.get(), &to);
    return der;
}

bool same_bytes(std::string_view left, std::string_view right) {
    // In constant time: how much of a forged signature was right must not show in how long this
    // took.
    return left.size() == right.size() &&
           CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

bool public_key_verifies(EVP_PKEY* key, const EVP_MD* digest, std::string_view text,
                         std::string_view signature) {
    if (signature.empty()) return false;
    const QuietErrors quiet;
    const DigestContext context(EVP_MD_CTX_new());
    if (!context) return false;
    if (EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key) != 1) return false;
    return EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(text),
                            text.size()) == 1;
}

bool is_p256(const EVP_PKEY* key) {
    std::array<char, 64> group{};
    return EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group.data(),
                                          group.size(), nullptr) == 1 &&
           std::string_view(group.data()) == "prime256v1";
}

Result<Algorithm> algorithm_for(const EVP_PKEY* key) {
    if (EVP_PKEY_is_a(key, "ED25519") == 1) return Algorithm::eddsa;
    if (EVP_PKEY_is_a(key, "EC") == 1) {
        if (is_p256(key)) return Algorithm::es256;
        return Error{Code::invalid, "an elliptic-curve key must be on the curve P-256"};
    }
    if (EVP_PKEY_is_a(key, "RSA") == 1) {
        const int bits = EVP_PKEY_get_bits(key);
        if (bits >= limits::rsa_bits_min && bits <= limits::rsa_bits_max) return Algorithm::rs256;
        return Error{Code::invalid,
                     fmt::format("an RSA key must have {} to {} bits, this one has {}",
                                 limits::rsa_bits_min, limits::rsa_bits_max, bits)};
    }
    return Error{Code::invalid, "a public key must be RSA, P-256 or Ed25519"};
}

}  // namespace

std::string_view to_string(Algorithm algorithm) {
    switch (algorithm) {
        case Algorithm::hs256: return "HS256";
        case Algorithm::rs256: return "RS256";
        case Algorithm::es256: return "ES256";
        case Algorithm::eddsa: return "EdDSA";
    }
    return "";
}

std::optional<Algorithm> algorithm_named(std::string_view name) {
    for (const Algorithm one :
         {Algorithm::hs256, Algorithm::rs256, Algorithm::es256, Algorithm::eddsa}) {
        if (name == to_string(one)) return one;
    }
    return std::nullopt;
}

void Key::FreeHandle::operator()(EVP_PKEY* handle) const {
    EVP_PKEY_free(handle);
}

Key::Key(Algorithm algorithm, std::string_view kid, std::string secret, Handle handle)
    : algorithm_(algorithm), kid_(kid), secret_(std::move(secret)), handle_(std::move(handle)) {}

Result<Key> Key::from_secret(std::string_view secret, std::string_view kid) {
    if (secret.size() < limits::secret_bytes_min) {
        return Error{Code::invalid, fmt::format("a shared secret must have at least {} bytes, this "
                                                "one has {}",
                                                limits::secret_bytes_min, secret.size())};
    }
    if (secret.find("-----BEGIN ") != std::string_view::npos) {
        return Error{Code::invalid,
                     "this is a PEM file, not a shared secret: add it as a key file"};
    }
    return Key(Algorithm::hs256, kid, std::string(secret), nullptr);
}

Result<Key> Key::from_public(Handle handle, std::string_view kid) {
    const QuietErrors quiet;
    TRY(const Algorithm algorithm, algorithm_for(handle.get()));
    // The point is on the curve and no point at infinity; the modulus is no prime and has no small
    // factor, the exponent is odd and not 1. A key that fails this would let anybody sign.
    const KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, handle.get(), nullptr));
    if (!context || EVP_PKEY_public_check(context.get()) != 1) {
        return Error{Code::invalid, "the public key's numbers are no valid key"};
    }
    return Key(algorithm, kid, {}, std::move(handle));
}

bool Key::verify(std::string_view text, std::string_view signature) const {
    switch (algorithm_) {
        case Algorithm::hs256: return same_bytes(hmac_sha256(secret_, text), signature);
        case Algorithm::rs256:
            return public_key_verifies(handle_.get(), EVP_sha256(), text, signature);
        case Algorithm::es256:
            return public_key_verifies(handle_.get(), EVP_sha256(), text, der_of_es256(signature));
        case Algorithm::eddsa:  // RFC 8032 §5.1: hashes by itself
            return public_key_verifies(handle_.get(), nullptr, text, signature);
    }
    return false;
}

}  // namespace homeroom::identity
