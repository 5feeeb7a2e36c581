#include "api/group_routes.h"

#include <utility>
#include <vector>

#include "api/json_body.h"
#include "api/surface_call.h"

namespace homeroom::api {
namespace {

using campus::Json;

// What the platform's back end asks about the group of the path.
Router::Handler of_service(campus::Surface& surface, std::string_view name) {
    return [&surface, name](const Request& request) {
        auto body = read_json_object(request.http());
        if (!body.ok()) return request.answer_problem(body.error());
        (*body)["group"] = request.parameter(0);
        surface.service_request(request.claims().subject, name, std::move(*body),
                                [request](const Result<Json>& result) {
                                    if (!result.ok()) return request.answer_problem(result.error());
                                    request.answer_json(200, result->dump());
                                });
    };
}

}  // namespace

void add_group_routes(Router& router, campus::Surface& surface,
                      const campus::Directory& directory) {
    const auto add = router.adding_for(Caller::user);
    const auto add_of_service = router.adding_for(Caller::service);
    const auto change = [&](std::string_view name, std::vector<const char*> fields,
                            int status = 200) {
        return with_path_fields(surface, directory, name, std::move(fields), status);
    };
    add("GET", "/api/v1/groups", change("group:list", {}));
    add("POST", "/api/v1/groups", change("group:create", {}, 201));
    add("GET", "/api/v1/rooms/{room}/groups", [&surface, &directory](const Request& request) {
        Json body{{"home", request.parameter(0)}};
        take_query(request, {"query", "before"}, {"limit"}, body);
        ask_as_user(request, surface, directory, "group:find", std::move(body), 200);
    });
    add("GET", "/api/v1/groups/{group}", change("group:get", {"group"}));
    add("PATCH", "/api/v1/groups/{group}", change("group:update", {"group"}));
    add("POST", "/api/v1/groups/{group}/close", change("group:close", {"group"}));
    add("PUT", "/api/v1/groups/{group}/membership", change("group:join", {"group"}));
    add("DELETE", "/api/v1/groups/{group}/membership", change("group:leave", {"group"}));
    add("PUT", "/api/v1/groups/{group}/invitation", change("group:accept", {"group"}));
    add("DELETE", "/api/v1/groups/{group}/invitation", change("group:decline", {"group"}));
    add("POST", "/api/v1/groups/{group}/invitations", change("group:invite", {"group"}, 201));
    add("DELETE", "/api/v1/groups/{group}/invitations/{user}",
        change("group:uninvite", {"group", "user"}));
    add("PUT", "/api/v1/groups/{group}/members/{user}", change("group:appoint", {"group", "user"}));
    add("DELETE", "/api/v1/groups/{group}/members/{user}",
        change("group:remove", {"group", "user"}));
    add("PUT", "/api/v1/groups/{group}/owner", change("group:transfer", {"group"}));
    add_of_service("PUT", "/api/v1/groups/{group}", of_service(surface, "group:put"));
    add_of_service("DELETE", "/api/v1/groups/{group}", of_service(surface, "group:delete"));
}

}  // namespace homeroom::api
