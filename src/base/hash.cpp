#include "base/hash.h"

#include <cstdlib>
#include <openssl/evp.h>

namespace homeroom {
namespace {

constexpr std::size_t bytes_of_sha256 = 32;
constexpr std::size_t bytes_of_sha1 = 20;

// A library without SHA-256 proves nothing about anybody: nothing safe can follow.
void require(bool made) {
    if (!made) std::abort();
}

unsigned char* data_of(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

std::string hmac(const char* digest, std::size_t bytes, std::string_view secret,
                 std::string_view text) {
    std::string code(bytes, '\0');
    std::size_t length = 0;
    require(EVP_Q_mac(nullptr, "HMAC", nullptr, digest, nullptr, secret.data(), secret.size(),
                      reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                      data_of(code), code.size(), &length) != nullptr &&
            length == code.size());
    return code;
}

}  // namespace

std::string sha256(std::string_view bytes) {
    std::string digest(bytes_of_sha256, '\0');
    unsigned int length = 0;
    require(EVP_Digest(bytes.data(), bytes.size(), data_of(digest), &length, EVP_sha256(),
                       nullptr) == 1 &&
            length == digest.size());
    return digest;
}

std::string hmac_sha256(std::string_view secret, std::string_view text) {
    return hmac("SHA256", bytes_of_sha256, secret, text);
}

std::string hmac_sha1(std::string_view secret, std::string_view text) {
    return hmac("SHA1", bytes_of_sha1, secret, text);
}

}  // namespace homeroom
