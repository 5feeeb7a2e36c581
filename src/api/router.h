// The list of REST routes: method and path pattern to a function. Immutable once serving; any loop
// may ask.
//
// pattern := ("/" (text | "{" name "}"))*       a parameter is one percent-encoded segment
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/rate_table.h"
#include "campus/sign_outs.h"
#include "identity/token.h"
#include "net/cors.h"
#include "net/http.h"

namespace homeroom::api {

// One request on its way through a route. May be kept and answered later, from any thread.
class Request {
public:
    Request(std::shared_ptr<net::HttpExchange> exchange, std::vector<std::string> parameters,
            identity::Claims claims, std::vector<net::HttpHeader> extra_headers);

    const net::HttpRequest& http() const { return exchange_->request(); }
    // In the order in which the pattern names them, decoded.
    const std::string& parameter(std::size_t index) const { return parameters_[index]; }
    const identity::Claims& claims() const { return claims_; }  // of a route that asks for a token

    void answer(net::HttpResponse response) const;  // once
    void answer_json(int status, const std::string& json) const;
    void answer_problem(const Error& error) const;

private:
    std::shared_ptr<net::HttpExchange> exchange_;
    std::vector<std::string> parameters_;
    identity::Claims claims_;
    std::vector<net::HttpHeader> extra_headers_;
};

enum class Caller : unsigned char {
    anyone,
    user,      // a user's token
    service,   // a token with the scope "service"
    platform,  // the same; to all others there is no such route
    local,     // the owner of this machine's data directory, over the control socket
};

class Router final : public net::HttpHandler {
public:
    using Handler = std::function<void(const Request& request)>;

    struct Route {
        std::string method;
        std::string pattern;
        Caller caller;
        Handler handler;
        std::size_t body_bytes_max = limits::http_body_bytes_max;
    };

    // `verifier` may be null where no route asks for a token (admin).
    Router(const identity::Verifier* verifier, net::CorsPolicy cors);

    void add(Route route) { routes_.push_back(std::move(route)); }
    // What adds several that are for the same callers: add("GET", "/api/v1/…", handler).
    auto adding_for(Caller caller) {
        return [this, caller](const char* method, const char* pattern, Handler handler) {
            add({.method = method,
                 .pattern = pattern,
                 .caller = caller,
                 .handler = std::move(handler)});
        };
    }
    // How often an address may come with a token that does not hold before it is told to wait.
    // Before serving. Whoever has one that holds never is, wherever he comes from.
    void limit_failures(RateTable& failures) { failures_ = &failures; }
    // Whose tokens hold no more although they have not expired. Before serving.
    void refuse_tokens_of(const campus::SignOuts& sign_outs) { sign_outs_ = &sign_outs; }
    // What answers GET and HEAD of paths that no route has (the web client's files). Without it:
    // 404.
    void set_fallback(Handler handler) { fallback_ = std::move(handler); }

    std::size_t body_bytes_max(const net::HttpRequest& head) override;
    void on_request(std::shared_ptr<net::HttpExchange> exchange) override;

private:
    struct Match {
        const Route* route = nullptr;
        std::vector<std::string> parameters{};
        // those that the path has, when it has none of this method: "GET, HEAD"
        std::string methods{};
    };
    Match match(const net::HttpRequest& request) const;
    Result<identity::Claims> authenticate(const Route& route,
                                          const net::HttpRequest& request) const;

    Error failure(const net::HttpRequest& request, Error error) const;

    const identity::Verifier* verifier_;
    net::CorsPolicy cors_;
    RateTable* failures_ = nullptr;
    const campus::SignOuts* sign_outs_ = nullptr;
    std::vector<Route> routes_{};
    Handler fallback_{};
};

}  // namespace homeroom::api
