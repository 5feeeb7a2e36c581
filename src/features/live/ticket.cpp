#include "features/live/ticket.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <openssl/crypto.h>

#include "base/base64.h"
#include "base/hash.h"
#include "features/live/limits.h"
#include "outgoing/webhook.h"

namespace homeroom::features::live {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view issuer = "homeroom";
constexpr std::string_view mark = "{stream}";
constexpr std::uint64_t year_10000 = 253'402'300'800;  // seconds; no time behind it is one

std::string_view word_of(Use use) {
    return use == Use::publish ? "publish" : "read";
}

std::int64_t seconds_of(WallTime time) {
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

bool is_signed(std::string_view secret, std::string_view text, std::string_view signature) {
    const std::string wanted = hmac_sha256(secret, text);
    return signature.size() == wanted.size() &&
           CRYPTO_memcmp(signature.data(), wanted.data(), wanted.size()) == 0;
}

// Only what sign_ticket() writes.
std::optional<Ticket> ticket_of(const Json& claims, WallTime now) {
    const auto text = [&](const char* name) -> std::string {
        const auto found = claims.find(name);
        return found != claims.end() && found->is_string() ? found->get<std::string>() : "";
    };
    if (!claims.is_object() || text("iss") != issuer) return std::nullopt;
    const auto expires = claims.find("exp");
    const auto permissions = claims.find("mediamtx_permissions");
    if (expires == claims.end() || !expires->is_number_unsigned() ||
        expires->get<std::uint64_t>() > year_10000)
        return std::nullopt;
    if (permissions == claims.end() || !permissions->is_array() || permissions->size() != 1)
        return std::nullopt;
    Ticket ticket{.user = text("sub"),
                  .stream = text("stream"),
                  .expires_at = WallTime{std::chrono::seconds{expires->get<std::int64_t>()}}};
    for (const Use use : {Use::read, Use::publish}) {
        if (permissions->front() == Json{{"action", word_of(use)}, {"path", ticket.stream}}) {
            ticket.use = use;
            return now < ticket.expires_at ? std::optional{ticket} : std::nullopt;
        }
    }
    return std::nullopt;
}

}  // namespace

std::string sign_ticket(std::string_view secret, const Ticket& ticket, WallTime now) {
    const Json header{{"alg", "HS256"}, {"typ", "JWT"}};
    const Json claims{
        {"iss", issuer},
        {"sub", ticket.user},
        {"stream", ticket.stream},
        {"iat", seconds_of(now)},
        // Clocks differ by seconds.
        {"nbf", seconds_of(now) - 5},
        {"exp", seconds_of(ticket.expires_at)},
        {"mediamtx_permissions",
         Json::array({Json{{"action", word_of(ticket.use)}, {"path", ticket.stream}}})}};
    const std::string text =
        base64::encode_url(header.dump()) + "." +
        base64::encode_url(claims.dump(-1, ' ', false, Json::error_handler_t::replace));
    return text + "." + base64::encode_url(hmac_sha256(secret, text));
}

std::optional<Ticket> read_ticket(std::span<const std::string> secrets, std::string_view token,
                                  WallTime now) {
    if (token.size() > ticket_bytes_max) return std::nullopt;
    const auto last = token.rfind('.');
    if (last == std::string_view::npos) return std::nullopt;
    const std::string_view text = token.substr(0, last);
    const auto signature = base64::decode_url_strict(token.substr(last + 1));
    const auto first = text.find('.');
    if (!signature || first == std::string_view::npos) return std::nullopt;
    const bool known = std::ranges::any_of(
        secrets, [&](const std::string& secret) { return is_signed(secret, text, *signature); });
    if (!known) return std::nullopt;
    const auto claims = base64::decode_url_strict(text.substr(first + 1));
    if (!claims) return std::nullopt;
    return ticket_of(Json::parse(*claims, nullptr, false), now);
}

bool is_stream_template(std::string_view text) {
    const auto at = text.find(mark);
    if (at == std::string_view::npos || text.find(mark, at + 1) != std::string_view::npos ||
        text.size() > url_bytes_max)
        return false;
    const std::string_view host = text.substr(0, text.find('/', text.find("://") + 3));
    return host.find('{') == std::string_view::npos &&
           text.find_first_of("\"\\<>;,'") == std::string_view::npos &&
           outgoing::is_webhook_url(text);
}

std::string origin_of(std::string_view text) {
    const auto scheme_end = text.find("://");
    if (scheme_end == std::string_view::npos) return {};
    return std::string{text.substr(0, text.find_first_of("/?", scheme_end + 3))};
}

std::string stream_url(std::string_view text, std::string_view stream) {
    std::string url{text};
    if (const auto at = url.find(mark); at != std::string::npos)
        url.replace(at, mark.size(), stream);
    return url;
}

}  // namespace homeroom::features::live
