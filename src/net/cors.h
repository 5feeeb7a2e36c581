// Cross-origin answers (Fetch standard §3.2) for browsers whose page came from elsewhere. Off
// unless origins are configured. This tells a browser what its page may read; it is no access
// control: identity comes from the token.
#pragma once

#include <string>
#include <vector>

#include "net/http.h"

namespace homeroom::net {

struct CorsPolicy {
    std::vector<std::string> origins{};  // "https://school.example", or "*" for every one
};

// The headers that an answer to `request` needs; none when the policy is empty or the origin is not
// in it.
std::vector<HttpHeader> cors_headers(const CorsPolicy& policy, const HttpRequest& request);

// The answer to a preflight (OPTIONS with an Origin); nothing when this is none or the policy is
// empty.
std::optional<HttpResponse> cors_preflight(const CorsPolicy& policy, const HttpRequest& request);

}  // namespace homeroom::net
