#include "api/call_routes.h"

#include <utility>

#include "api/surface_call.h"

namespace homeroom::api {

void add_call_routes(Router& router, campus::Surface& surface, const campus::Directory& directory) {
    const auto add = router.adding_for(Caller::user);
    const auto look = [&](std::string_view name, const char* field) {
        return [&surface, &directory, name, field](const Request& request) {
            campus::Json body = campus::Json::object();
            if (field != nullptr) body[field] = request.parameter(0);
            take_query(request, {"before"}, {"limit"}, body);
            ask_as_user(request, surface, directory, name, std::move(body), 200);
        };
    };
    const auto change = [&](std::string_view name) {
        return with_path_field(surface, directory, name, "call", 200);
    };
    add("GET", "/api/v1/calls", look("call:list", nullptr));
    add("GET", "/api/v1/calls/{call}", look("call:get", "call"));
    add("POST", "/api/v1/calls/{call}/decline", change("call:decline"));
    add("POST", "/api/v1/calls/{call}/leave", change("call:leave"));
    add("POST", "/api/v1/calls/{call}/end", change("call:end"));
    add("GET", "/api/v1/rooms/{room}/calls", look("call:supervised", "room"));
}

}  // namespace homeroom::api
