#include "net/cors.h"

#include <algorithm>

namespace homeroom::net {

std::vector<HttpHeader> cors_headers(const CorsPolicy& policy, const HttpRequest& request) {
    if (policy.origins.empty()) return {};
    if (std::ranges::find(policy.origins, "*") != policy.origins.end()) {
        return {{"Access-Control-Allow-Origin", "*"}};
    }
    // The answer differs by origin, so a cache must keep them apart even where the header is
    // absent.
    std::vector<HttpHeader> headers{{"Vary", "Origin"}};
    const auto origin = request.header("Origin");
    if (origin && std::ranges::find(policy.origins, *origin) != policy.origins.end()) {
        headers.push_back({"Access-Control-Allow-Origin", std::string{*origin}});
    }
    return headers;
}

std::optional<HttpResponse> cors_preflight(const CorsPolicy& policy, const HttpRequest& request) {
    if (policy.origins.empty() || request.method != "OPTIONS" || !request.header("Origin"))
        return std::nullopt;
    HttpResponse response;
    response.status = 204;
    response.headers = cors_headers(policy, request);
    response.headers.push_back({"Access-Control-Allow-Methods", "GET,HEAD,PUT,PATCH,POST,DELETE"});
    if (const auto wanted = request.header("Access-Control-Request-Headers")) {
        response.headers.push_back({"Access-Control-Allow-Headers", std::string{*wanted}});
    }
    return response;
}

}  // namespace homeroom::net
