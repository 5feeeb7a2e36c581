#include "api/problem.h"

#include <chrono>
#include <nlohmann/json.hpp>

namespace homeroom::api {

int status_of(Code code) {
    switch (code) {
        case Code::invalid: return 400;
        case Code::unauthenticated: return 401;
        case Code::forbidden: return 403;
        case Code::not_found: return 404;
        case Code::conflict: return 409;
        case Code::too_large: return 413;
        case Code::rate_limited: return 429;
        case Code::unavailable: return 503;
        case Code::internal: return 500;
    }
    return 500;
}

net::HttpResponse problem(const Error& error, std::optional<int> other_status) {
    using Json = nlohmann::ordered_json;
    const int status = other_status.value_or(status_of(error.code));
    Json body{{"type", "about:blank"},
              {"title", net::reason_phrase(status)},
              {"status", status},
              {"detail", error.message},
              {"code", to_string(error.code)}};
    if (!error.field.empty()) body["field"] = error.field;
    if (error.retry_after)
        body["retryAfter"] = static_cast<double>(error.retry_after->count()) / 1000.0;
    auto response =
        net::HttpResponse::text(status, "application/problem+json",
                                body.dump(-1, ' ', false, Json::error_handler_t::replace));
    if (error.retry_after) {
        const auto seconds = std::chrono::ceil<std::chrono::seconds>(*error.retry_after);
        response.headers.push_back({"Retry-After", std::to_string(seconds.count())});
    }
    if (error.code == Code::unauthenticated)
        response.headers.push_back({"WWW-Authenticate", "Bearer"});
    return response;
}

}  // namespace homeroom::api
