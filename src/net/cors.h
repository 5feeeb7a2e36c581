// Cross-origin answers (Fetch standard §3.2) for browsers whose page came from elsewhere. Off
// unless origins are configured. This tells a browser what its page may read; it is no access
// control: identity comes from the token.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http.h"

namespace homeroom::net {

struct CorsPolicy {
    std::vector<std::string> origins{};  // "https://school.example", or "*" for every one
    // Asked for an origin that is not in the list; may be empty. With it, the answer names the
    // origin.
    std::function<bool(std::string_view origin)> allows_origin{};
    bool credentials = false;  // cookies and the like may be sent; never together with "*"
    std::vector<std::string> methods{"GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"};
    std::vector<std::string> allowed_headers{};  // empty: whatever the preflight asks for
    std::vector<std::string> exposed_headers{};
    std::optional<std::chrono::seconds> max_age{};  // of a preflight's answer

    bool is_off() const { return origins.empty() && !allows_origin; }
};

// The headers that an answer to `request` needs; none when the policy is empty or the origin is not
// in it.
std::vector<HttpHeader> cors_headers(const CorsPolicy& policy, const HttpRequest& request);

// The answer to a preflight (OPTIONS with an Origin); nothing when this is none or the policy is
// empty.
std::optional<HttpResponse> cors_preflight(const CorsPolicy& policy, const HttpRequest& request);

}  // namespace homeroom::net
