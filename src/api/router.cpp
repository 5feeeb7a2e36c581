#include "api/router.h"

#include <utility>

#include "api/problem.h"
#include "base/limits.h"
#include "codec/form.h"

namespace homeroom::api {
namespace {

std::vector<std::string_view> segments_of(std::string_view path) {
    std::vector<std::string_view> segments;
    while (path.starts_with('/')) {
        path.remove_prefix(1);
        const auto end = path.find('/');
        segments.push_back(path.substr(0, end));
        path.remove_prefix(end == std::string_view::npos ? path.size() : end);
    }
    return segments;
}

// The parameters, when the path fits the pattern.
std::optional<std::vector<std::string>> fit(std::string_view pattern,
                                            const std::vector<std::string_view>& path) {
    const auto wanted = segments_of(pattern);
    if (wanted.size() != path.size()) return std::nullopt;
    std::vector<std::string> parameters;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (wanted[i].starts_with('{')) {
            parameters.push_back(codec::form::percent_decode(path[i]));
        } else if (wanted[i] != path[i]) {
            return std::nullopt;
        }
    }
    return parameters;
}

std::string_view bearer_of(const net::HttpRequest& request) {
    return identity::bearer_token(request.header("Authorization").value_or(""));
}

}  // namespace

Request::Request(std::shared_ptr<net::HttpExchange> exchange, std::vector<std::string> parameters,
                 identity::Claims claims, std::vector<net::HttpHeader> extra_headers)
    : exchange_(std::move(exchange)),
      parameters_(std::move(parameters)),
      claims_(std::move(claims)),
      extra_headers_(std::move(extra_headers)) {}

void Request::answer(net::HttpResponse response) const {
    for (const net::HttpHeader& header : extra_headers_) response.headers.push_back(header);
    auto shared = std::make_shared<net::HttpResponse>(std::move(response));
    exchange_->loop().post([exchange = exchange_, shared] { exchange->respond(*shared); });
}

void Request::answer_json(int status, const std::string& json) const {
    auto response = net::HttpResponse::text(status, "application/json", json);
    response.headers.push_back({"Cache-Control", "no-store"});
    answer(std::move(response));
}

void Request::answer_problem(const Error& error) const {
    answer(problem(error));
}

Router::Router(const identity::Verifier* verifier, net::CorsPolicy cors)
    : verifier_(verifier), cors_(std::move(cors)) {}

Router::Match Router::match(const net::HttpRequest& request) const {
    Match match;
    const auto path = segments_of(request.path);
    for (const Route& route : routes_) {
        // To the outside the control routes do not exist, whatever the method.
        if (route.caller == Caller::local && !request.local) continue;
        auto parameters = fit(route.pattern, path);
        if (!parameters) continue;
        if (route.caller == Caller::platform && !authenticate(route, request).ok()) continue;
        match.methods += (match.methods.empty() ? "" : ", ") + route.method;
        if (route.method == "GET") match.methods += ", HEAD";
        const bool same_method =
            route.method == request.method || (route.method == "GET" && request.method == "HEAD");
        if (!same_method) continue;
        match.route = &route;
        match.parameters = std::move(*parameters);
        break;
    }
    return match;
}

Result<identity::Claims> Router::authenticate(const Route& route,
                                              const net::HttpRequest& request) const {
    const Error unknown_path{Code::not_found, "there is nothing here"};
    if (route.caller == Caller::anyone) return identity::Claims{};
    if (route.caller == Caller::local)
        return request.local ? Result<identity::Claims>{identity::Claims{}} : unknown_path;
    if (verifier_ == nullptr) return unknown_path;
    auto verified = verifier_->verify(bearer_of(request), wall_now());
    if (const auto* error = std::get_if<identity::TokenError>(&verified)) {
        return Error{Code::unauthenticated, error->message};
    }
    auto claims = std::get<identity::Claims>(std::move(verified));
    if (sign_outs_ != nullptr && !sign_outs_->holds(claims))
        return Error{Code::unauthenticated, "the user was signed out since; sign in again"};
    const bool for_service = route.caller == Caller::service || route.caller == Caller::platform;
    if (for_service && !claims.service) {
        return Error{Code::forbidden, "this needs a service token"};
    }
    if (route.caller == Caller::user && claims.service)
        return Error{Code::forbidden, "this needs a user's token"};
    return claims;
}

Error Router::failure(const net::HttpRequest& request, Error error) const {
    if (failures_ == nullptr || error.code != Code::unauthenticated) return error;
    const auto wait =
        failures_->take(request.peer_address.place(), std::chrono::steady_clock::now());
    if (!wait) return error;
    return Error{Code::rate_limited, "too many tokens that do not hold; wait", "", *wait};
}

std::size_t Router::body_bytes_max(const net::HttpRequest& head) {
    const Match found = match(head);
    if (found.route == nullptr) return limits::http_body_bytes_max;
    // A large body is only taken from somebody who may send it.
    if (found.route->body_bytes_max > limits::http_body_bytes_max &&
        !authenticate(*found.route, head).ok()) {
        return limits::http_body_bytes_max;
    }
    return found.route->body_bytes_max;
}

void Router::on_request(std::shared_ptr<net::HttpExchange> exchange) {
    const net::HttpRequest& http = exchange->request();
    if (auto preflight = net::cors_preflight(cors_, http)) {
        exchange->respond(*preflight);
        return;
    }
    auto headers = net::cors_headers(cors_, http);
    Match found = match(http);
    if (found.route == nullptr) {
        Request request{exchange, {}, {}, std::move(headers)};
        const bool reads = http.method == "GET" || http.method == "HEAD";
        if (!found.methods.empty()) {
            auto response = problem({Code::invalid, "this method is not offered here"}, 405);
            response.headers.push_back({"Allow", found.methods});
            return request.answer(std::move(response));
        }
        if (fallback_ && reads && !http.path.starts_with("/api/")) return fallback_(request);
        return request.answer_problem({Code::not_found, "there is nothing here"});
    }
    auto claims = authenticate(*found.route, http);
    if (!claims.ok()) {
        Request{exchange, {}, {}, std::move(headers)}.answer_problem(failure(http, claims.error()));
        return;
    }
    found.route->handler(Request{std::move(exchange), std::move(found.parameters),
                                 std::move(claims).value(), std::move(headers)});
}

}  // namespace homeroom::api
