// A key from a JSON Web Key.
//
// jwk := { "kty": "RSA", "n", "e" } | { "kty": "EC", "crv": "P-256", "x", "y" }   (RFC 7518 §6)
//      | { "kty": "OKP", "crv": "Ed25519", "x" }                                   (RFC 8037 §2)
//      | { "kty": "oct", "k" }
// with "use", "key_ops", "alg" and "kid" if it likes (RFC 7517 §4). All numbers are base64url.
#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <openssl/core_names.h>

#include "base/base64.h"
#include "identity/key.h"
#include "identity/openssl_handles.h"

namespace homeroom::identity {
namespace {

using Json = nlohmann::json;

constexpr std::size_t p256_number_bytes = 32;
constexpr std::size_t ed25519_key_bytes = 32;

Error unusable(std::string_view why) {
    return Error{Code::invalid, std::string(why)};
}

// The text of a member that may be missing; an error when it is there and no text.
Result<std::optional<std::string>> text_of(const Json& jwk, std::string_view name) {
    const auto member = jwk.find(name);
    if (member == jwk.end()) return std::optional<std::string>{};
    const auto* text = member->get_ptr<const std::string*>();
    if (text == nullptr) return unusable(fmt::format("\"{}\" is not a string", name));
    return std::optional{*text};
}

Result<std::string> bytes_of(const Json& jwk, std::string_view name) {
    TRY(const auto text, text_of(jwk, name));
    if (!text) return unusable(fmt::format("\"{}\" is missing", name));
    auto bytes = base64::decode_url_strict(*text);
    if (!bytes) return unusable(fmt::format("\"{}\" is not base64url", name));
    return std::move(*bytes);
}

Result<std::string> bytes_of(const Json& jwk, std::string_view name, std::size_t length) {
    TRY(auto bytes, bytes_of(jwk, name));
    if (bytes.size() == length) return bytes;
    return unusable(fmt::format("\"{}\" must have {} bytes", name, length));
}

Status check_curve(const Json& jwk, std::string_view wanted) {
    TRY(const auto curve, text_of(jwk, "crv"));
    if (curve == wanted) return Ok{};
    return unusable(fmt::format("its curve is not {}", wanted));
}

// RFC 7517 §4.2, §4.3: what the key says that it is for.
Status check_purpose(const Json& jwk) {
    TRY(const auto use, text_of(jwk, "use"));
    if (use && *use != "sig") return unusable("it is not for signatures (\"use\")");
    const auto operations = jwk.find("key_ops");
    if (operations == jwk.end()) return Ok{};
    if (operations->is_array() &&
        std::find(operations->begin(), operations->end(), "verify") != operations->end()) {
        return Ok{};
    }
    return unusable("it is not for verifying (\"key_ops\")");
}

BignumHandle number_of(std::string_view bytes) {
    return BignumHandle(BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()),
                                  static_cast<int>(bytes.size()), nullptr));
}

// OpenSSL's handle of a key of this type with these numbers, or null.
EVP_PKEY* make_handle(const char* type, OSSL_PARAM_BLD* builder) {
    const Params params(OSSL_PARAM_BLD_to_param(builder));
    const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* handle = nullptr;
    if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1) return nullptr;
    if (EVP_PKEY_fromdata(context.get(), &handle, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
        return nullptr;
    }
    return handle;
}

EVP_PKEY* make_rsa(std::string_view modulus, std::string_view exponent) {
    const BignumHandle n = number_of(modulus);
    const BignumHandle e = number_of(exponent);
    const ParamBuilder builder(OSSL_PARAM_BLD_new());
    if (!n || !e || !builder) return nullptr;
    if (OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
        return nullptr;
    }
    return make_handle("RSA", builder.get());
}

EVP_PKEY* make_p256(std::string_view x, std::string_view y) {
    // SEC 1 §2.3.3: 04 stands for "both coordinates follow".
    const std::string point = fmt::format("\x04{}{}", x, y);
    const ParamBuilder builder(OSSL_PARAM_BLD_new());
    if (!builder) return nullptr;
    if (OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1",
                                        0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                         point.size()) != 1) {
        return nullptr;
    }
    return make_handle("EC", builder.get());
}

EVP_PKEY* make_ed25519(std::string_view x) {
    return EVP_PKEY_new_raw_public_key_ex(
        nullptr, "ED25519", nullptr, reinterpret_cast<const unsigned char*>(x.data()), x.size());
}

}  // namespace

Result<Key::Handle> Key::public_of_jwk(std::string_view type, const Json& jwk) {
    if (type == "RSA") {
        TRY(const std::string modulus, bytes_of(jwk, "n"));
        TRY(const std::string exponent, bytes_of(jwk, "e"));
        return Handle(make_rsa(modulus, exponent));
    }
    if (type == "EC") {
        TRY_OK(check_curve(jwk, "P-256"));
        TRY(const std::string x, bytes_of(jwk, "x", p256_number_bytes));
        TRY(const std::string y, bytes_of(jwk, "y", p256_number_bytes));
        return Handle(make_p256(x, y));
    }
    if (type == "OKP") {
        TRY_OK(check_curve(jwk, "Ed25519"));
        TRY(const std::string x, bytes_of(jwk, "x", ed25519_key_bytes));
        return Handle(make_ed25519(x));
    }
    return unusable("its type (\"kty\") is none of RSA, EC, OKP and oct");
}

Result<Key> Key::from_jwk(const Json& jwk) {
    if (!jwk.is_object()) return unusable("it is not an object");
    TRY(const auto type, text_of(jwk, "kty"));
    TRY(const auto named, text_of(jwk, "alg"));
    TRY(const auto kid, text_of(jwk, "kid"));
    if (!type) return unusable("its type (\"kty\") is missing");
    TRY_OK(check_purpose(jwk));

    const auto bound = [&]() -> Result<Key> {
        if (*type == "oct") {
            TRY(const std::string secret, bytes_of(jwk, "k"));
            return from_secret(secret, kid.value_or(""));
        }
        // RFC 7517 §9.2: who can only verify has no business with the private half.
        if (jwk.contains("d"))
            return unusable("it is a private key: leave out the private members");
        const QuietErrors quiet;
        TRY(Handle handle, public_of_jwk(*type, jwk));
        if (!handle) return unusable("the public key's numbers are no valid key");
        return from_public(std::move(handle), kid.value_or(""));
    };
    TRY(Key key, bound());
    if (named && *named != to_string(key.algorithm())) {
        return unusable(fmt::format("its \"alg\" is not {}", to_string(key.algorithm())));
    }
    return key;
}

}  // namespace homeroom::identity
