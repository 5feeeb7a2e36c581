#include "features/documents/excalidraw/cipher.h"

#include <cstdlib>
#include <memory>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "base/hash.h"
#include "base/ids.h"

namespace homeroom::features::documents::excalidraw {
namespace {

constexpr std::size_t key_bytes = 16;
constexpr std::size_t tag_bytes = 16;
constexpr std::size_t iv_bytes = 12;

struct Free {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, Free>;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

}  // namespace

std::string key_of_board(std::string_view secret, std::string_view document) {
    const std::string key = hmac_sha256(secret, "homeroom excalidraw board 1");
    return hmac_sha256(key, document).substr(0, key_bytes);
}

Sealed seal(std::string_view key, std::string_view text) {
    Sealed sealed{.bytes = std::string(text.size() + tag_bytes, '\0'),
                  .iv = random_bytes(iv_bytes)};
    const Context context{EVP_CIPHER_CTX_new()};
    int written = 0;
    int rest = 0;
    const bool done =
        context != nullptr &&
        EVP_EncryptInit_ex(context.get(), EVP_aes_128_gcm(), nullptr, bytes_of(key),
                           bytes_of(sealed.iv)) == 1 &&
        EVP_EncryptUpdate(context.get(), bytes_of(sealed.bytes), &written, bytes_of(text),
                          static_cast<int>(text.size())) == 1 &&
        EVP_EncryptFinal_ex(context.get(), bytes_of(sealed.bytes) + written, &rest) == 1 &&
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes,
                            bytes_of(sealed.bytes) + text.size()) == 1;
    if (!done) std::abort();  // a library without AES keeps nothing secret
    return sealed;
}

std::optional<std::string> unseal(std::string_view key, const Sealed& sealed) {
    if (sealed.bytes.size() < tag_bytes || sealed.iv.size() != iv_bytes) return {};
    const std::size_t size = sealed.bytes.size() - tag_bytes;
    std::string text(size, '\0');
    std::string tag = sealed.bytes.substr(size);
    const Context context{EVP_CIPHER_CTX_new()};
    int written = 0;
    int rest = 0;
    ERR_set_mark();
    const bool done =
        context != nullptr &&
        EVP_DecryptInit_ex(context.get(), EVP_aes_128_gcm(), nullptr, bytes_of(key),
                           bytes_of(std::string_view{sealed.iv})) == 1 &&
        EVP_DecryptUpdate(context.get(), bytes_of(text), &written,
                          bytes_of(std::string_view{sealed.bytes}), static_cast<int>(size)) == 1 &&
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes, tag.data()) == 1 &&
        EVP_DecryptFinal_ex(context.get(), bytes_of(text) + written, &rest) == 1;
    ERR_pop_to_mark();
    if (!done) return {};
    return text;
}

}  // namespace homeroom::features::documents::excalidraw
