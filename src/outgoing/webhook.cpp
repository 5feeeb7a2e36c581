#include "outgoing/webhook.h"

#include <algorithm>
#include <openssl/crypto.h>

#include "base/base64.h"
#include "base/hash.h"
#include "base/limits.h"

namespace homeroom::outgoing {
namespace {

constexpr std::string_view secret_prefix = "whsec_";

std::string seconds_of(WallTime at) {
    return std::to_string(
        std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count());
}

// The same bytes in the other alphabet, for which there is a strict reader.
std::string url_alphabet(std::string_view base64) {
    while (base64.ends_with('=')) base64.remove_suffix(1);
    std::string text{base64};
    std::ranges::replace(text, '+', '-');
    std::ranges::replace(text, '/', '_');
    return text;
}

}  // namespace

Result<std::string> webhook_key(std::string_view secret) {
    if (secret.starts_with(secret_prefix)) secret.remove_prefix(secret_prefix.size());
    auto key = base64::decode_url_strict(url_alphabet(secret));
    if (!key || key->size() < limits::webhook_secret_bytes_min ||
        key->size() > limits::webhook_secret_bytes_max) {
        return Error{Code::invalid,
                     "a webhook's secret is \"whsec_\" and the base64 of 24 to 64 bytes"};
    }
    return std::move(*key);
}

std::string webhook_signature(const WebhookMessage& message, std::string_view key) {
    std::string text{message.id};
    text += '.';
    text += seconds_of(message.at);
    text += '.';
    text += message.body;
    return "v1," + base64::encode(hmac_sha256(key, text));
}

std::vector<std::string> webhook_headers(const WebhookMessage& message,
                                         std::span<const std::string> keys) {
    std::string signatures;
    for (const std::string& key : keys) {
        if (!signatures.empty()) signatures += ' ';
        signatures += webhook_signature(message, key);
    }
    return {"webhook-id: " + std::string{message.id},
            "webhook-timestamp: " + seconds_of(message.at), "webhook-signature: " + signatures};
}

bool webhook_holds(const WebhookMessage& message, std::string_view signatures,
                   std::span<const std::string> keys) {
    bool holds = false;
    for (const std::string& key : keys) {
        const std::string wanted = webhook_signature(message, key);
        for (std::string_view rest = signatures; !rest.empty();) {
            const auto end = std::min(rest.find(' '), rest.size());
            const std::string_view one = rest.substr(0, end);
            rest.remove_prefix(std::min(end + 1, rest.size()));
            holds = (one.size() == wanted.size() &&
                     CRYPTO_memcmp(one.data(), wanted.data(), wanted.size()) == 0) ||
                    holds;
        }
    }
    return holds;
}

bool is_webhook_url(std::string_view url) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!url.starts_with(scheme)) continue;
        const std::string_view rest = url.substr(scheme.size());
        const std::string_view host = rest.substr(0, rest.find_first_of("/?"));
        const auto printable = [](char c) { return c > ' ' && c < '\x7f'; };
        return !host.empty() && !host.starts_with(':') &&
               host.find('@') == std::string_view::npos &&
               rest.find('#') == std::string_view::npos && std::ranges::all_of(rest, printable);
    }
    return false;
}

}  // namespace homeroom::outgoing
