// Signed webhooks, as Standard Webhooks has them: who gets one can check who sent it, and when.
//
//   signed text := id "." timestamp "." body         timestamp: seconds since 1970
//   signature   := "v1," base64(HMAC-SHA256(key, signed text))
//   headers     := webhook-id, webhook-timestamp, webhook-signature (one signature a key, with " ")
//   secret      := ["whsec_"] base64(key)             key: 24 to 64 bytes
//
// The id is the same in each attempt at one delivery; the timestamp is that of the attempt. Pure;
// any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace homeroom::outgoing {

// The key that a secret stands for. No word of an error quotes it.
Result<std::string> webhook_key(std::string_view secret);

struct WebhookMessage {
    std::string_view id;
    WallTime at;
    std::string_view body;
};
std::string webhook_signature(const WebhookMessage& message, std::string_view key);

// The lines of the request's head that make it a webhook. Several keys while one replaces another.
std::vector<std::string> webhook_headers(const WebhookMessage& message,
                                         std::span<const std::string> keys);

// Whether one of these signatures (a webhook-signature header) is made with one of the keys. Takes
// as long for a wrong one as for another.
bool webhook_holds(const WebhookMessage& message, std::string_view signatures,
                   std::span<const std::string> keys);

// Whether a text can be an endpoint: http or https, a host, neither user nor fragment.
bool is_webhook_url(std::string_view url);

}  // namespace homeroom::outgoing
