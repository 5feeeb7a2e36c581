#include "api/platform_routes.h"

#include <utility>

#include "api/json_body.h"
#include "api/surface_call.h"

namespace homeroom::api {
namespace {

using campus::Json;
using campus::Surface;

using BodyOf = Json (*)(const Request& request);

Json explain_of(const Request& request) {
    Json body = Json::object();
    take_query(request, {"user", "event", "post", "reason"}, {}, body);
    return body;
}

Json audit_of(const Request& request) {
    Json body = Json::object();
    take_query(request, {"actor", "action", "subject", "since", "until", "before"}, {"limit"},
               body);
    return body;
}

Json user_of(const Request& request) {
    return Json{{"user", request.parameter(0)}};
}

Json export_of(const Request& request) {
    Json body = user_of(request);
    take_query(request, {"after", "reason"}, {}, body);
    return body;
}

Json nothing_of(const Request&) {
    return Json::object();
}

}  // namespace

void add_platform_routes(Router& router, Surface& surface) {
    const auto add = router.adding_for(Caller::platform);
    const auto ask = [&](const char* name, BodyOf body_of) -> Router::Handler {
        return [&surface, name, body_of](const Request& request) {
            ask_as_service(request, surface, name, body_of(request), 200);
        };
    };
    const auto with_body = [&](const char* name, int status) -> Router::Handler {
        return [&surface, name, status](const Request& request) {
            auto body = read_json_object(request.http());
            if (!body.ok()) return request.answer_problem(body.error());
            (*body)["user"] = request.parameter(0);
            ask_as_service(request, surface, name, std::move(*body), status);
        };
    };
    add("GET", "/api/v1/explain", ask("explain", explain_of));
    add("GET", "/api/v1/audit", ask("audit:list", audit_of));
    add("GET", "/api/v1/users/{user}/export", ask("export:read", export_of));
    add("POST", "/api/v1/users/{user}/erasure", with_body("erasure:request", 202));
    add("GET", "/api/v1/users/{user}/erasure", ask("erasure:get", user_of));
    add("PUT", "/api/v1/users/{user}/hold", with_body("hold:set", 200));
    add("DELETE", "/api/v1/users/{user}/hold", ask("hold:lift", user_of));
    add("GET", "/api/v1/holds", ask("hold:list", nothing_of));
}

}  // namespace homeroom::api
