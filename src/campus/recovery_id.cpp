#include "campus/recovery_id.h"

#include <openssl/crypto.h>

#include "base/base64.h"
#include "base/hash.h"
#include "base/ids.h"

namespace homeroom::campus {
namespace {

constexpr std::size_t start_bytes = 8;
constexpr std::size_t serial_bytes = 15;
constexpr std::size_t mac_bytes = 16;

std::string mac_of(std::string_view key, std::string_view body, std::string_view user) {
    std::string message{body};
    message += user;
    return hmac_sha256(key, message).substr(0, mac_bytes);
}

}  // namespace

RecoveryIds::RecoveryIds(std::string_view secret)
    : key_(hmac_sha256(secret, "homeroom connection recovery 1")) {}

RecoveryId RecoveryIds::make(std::string_view user, store::Seq start) const {
    std::string body;
    for (int shift = 56; shift >= 0; shift -= 8) body += static_cast<char>(start >> shift & 0xFF);
    const std::string serial = random_bytes(serial_bytes);
    body += serial;
    return {.text = base64::encode_url(body + mac_of(key_, body, user)),
            .socket_id = base64::encode_url(serial),
            .start = start};
}

std::optional<RecoveryId> RecoveryIds::read(std::string_view text, std::string_view user) const {
    if (text.size() > 64) return std::nullopt;
    const auto bytes = base64::decode_url_strict(text);
    if (!bytes || bytes->size() != start_bytes + serial_bytes + mac_bytes) return std::nullopt;
    const std::string_view body = std::string_view{*bytes}.substr(0, start_bytes + serial_bytes);
    const std::string expected = mac_of(key_, body, user);
    if (CRYPTO_memcmp(expected.data(), bytes->data() + body.size(), mac_bytes) != 0)
        return std::nullopt;
    RecoveryId id;
    id.text = text;
    id.socket_id = base64::encode_url(body.substr(start_bytes));
    for (const char byte : body.substr(0, start_bytes))
        id.start = id.start << 8 | static_cast<unsigned char>(byte);
    return id;
}

}  // namespace homeroom::campus
