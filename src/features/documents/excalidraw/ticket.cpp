#include "features/documents/excalidraw/ticket.h"

#include <openssl/crypto.h>

#include "base/base64.h"
#include "base/hash.h"
#include "base/limits.h"
#include "features/documents/excalidraw/limits.h"

namespace homeroom::features::documents::excalidraw {
namespace {

constexpr std::size_t time_bytes = 8;
constexpr std::size_t document_bytes = 26;
constexpr std::size_t mac_bytes = 16;
constexpr std::size_t least_bytes = time_bytes + document_bytes + 1 + mac_bytes;
constexpr std::size_t most_bytes = least_bytes + limits::identifier_bytes_max;

std::string mac_of(std::string_view key, std::string_view body) {
    return hmac_sha256(key, body).substr(0, mac_bytes);
}

std::uint64_t milliseconds_of(WallTime at) {
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count());
}

}  // namespace

Tickets::Tickets(std::string_view secret)
    : key_(hmac_sha256(secret, "homeroom excalidraw ticket 1")) {}

std::string Tickets::make(const std::string& document, const std::string& user,
                          WallTime now) const {
    const std::uint64_t expires = milliseconds_of(now + limits::excalidraw_ticket_time);
    std::string body;
    for (int shift = 56; shift >= 0; shift -= 8) body += static_cast<char>(expires >> shift & 0xFF);
    body += document;
    body += user;
    return base64::encode_url(body + mac_of(key_, body));
}

std::optional<Ticket> Tickets::read(std::string_view text, WallTime now) const {
    if (text.size() > 2 * most_bytes) return {};
    const auto bytes = base64::decode_url_strict(text);
    if (!bytes || bytes->size() < least_bytes || bytes->size() > most_bytes) return {};
    const std::string_view body = std::string_view{*bytes}.substr(0, bytes->size() - mac_bytes);
    const std::string expected = mac_of(key_, body);
    if (CRYPTO_memcmp(expected.data(), bytes->data() + body.size(), mac_bytes) != 0) return {};
    std::uint64_t expires = 0;
    for (const char byte : body.substr(0, time_bytes))
        expires = expires << 8 | static_cast<unsigned char>(byte);
    Ticket ticket{.document = std::string{body.substr(time_bytes, document_bytes)},
                  .user = std::string{body.substr(time_bytes + document_bytes)}};
    ticket.expires = WallTime{} + std::chrono::milliseconds{expires};
    ticket.issued = ticket.expires - limits::excalidraw_ticket_time;
    if (ticket.expires <= now) return {};
    return ticket;
}

}  // namespace homeroom::features::documents::excalidraw
