#include "net/cors.h"

#include <algorithm>

namespace homeroom::net {
namespace {

std::string join(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
        if (!text.empty()) text += ',';
        text += word;
    }
    return text;
}

bool allows(const CorsPolicy& policy, std::string_view origin) {
    return std::ranges::find(policy.origins, origin) != policy.origins.end() ||
           (policy.allows_origin && policy.allows_origin(origin));
}

}  // namespace

std::vector<HttpHeader> cors_headers(const CorsPolicy& policy, const HttpRequest& request) {
    if (policy.is_off()) return {};
    std::vector<HttpHeader> headers;
    const bool everyone = std::ranges::find(policy.origins, "*") != policy.origins.end();
    const auto origin = request.header("Origin");
    if (everyone && !policy.credentials) {
        headers.push_back({"Access-Control-Allow-Origin", "*"});
    } else {
        // The answer differs by origin, so a cache must keep them apart even where the header is
        // absent.
        headers.push_back({"Vary", "Origin"});
        if (!origin || !allows(policy, *origin)) return headers;
        headers.push_back({"Access-Control-Allow-Origin", std::string{*origin}});
    }
    if (policy.credentials) headers.push_back({"Access-Control-Allow-Credentials", "true"});
    if (!policy.exposed_headers.empty() && request.method != "OPTIONS")
        headers.push_back({"Access-Control-Expose-Headers", join(policy.exposed_headers)});
    return headers;
}

std::optional<HttpResponse> cors_preflight(const CorsPolicy& policy, const HttpRequest& request) {
    if (policy.is_off() || request.method != "OPTIONS" || !request.header("Origin"))
        return std::nullopt;
    HttpResponse response;
    response.status = 204;
    response.headers = cors_headers(policy, request);
    response.headers.push_back({"Access-Control-Allow-Methods", join(policy.methods)});
    const auto wanted = request.header("Access-Control-Request-Headers");
    if (!policy.allowed_headers.empty()) {
        response.headers.push_back({"Access-Control-Allow-Headers", join(policy.allowed_headers)});
    } else if (wanted) {
        response.headers.push_back({"Vary", "Access-Control-Request-Headers"});
        response.headers.push_back({"Access-Control-Allow-Headers", std::string{*wanted}});
    }
    if (policy.max_age) {
        response.headers.push_back(
            {"Access-Control-Max-Age", std::to_string(policy.max_age->count())});
    }
    return response;
}

}  // namespace homeroom::net
