#include "api/announcement_routes.h"

#include <utility>

#include "api/surface_call.h"

namespace homeroom::api {
namespace {

using campus::Json;

}  // namespace

void add_announcement_routes(Router& router, campus::Surface& surface,
                             const campus::Directory& directory) {
    const auto add = router.adding_for(Caller::user);
    const auto list = [&surface, &directory](const Request& request, Json body) {
        take_query(request, {"before"}, {"limit"}, body);
        ask_as_user(request, surface, directory, "announcement:list", std::move(body), 200);
    };
    add("GET", "/api/v1/announcements",
        [list](const Request& request) { list(request, Json::object()); });
    add("GET", "/api/v1/rooms/{room}/announcements", [list](const Request& request) {
        list(request, Json{{"room", request.parameter(0)}});
    });
    add("POST", "/api/v1/rooms/{room}/announcements",
        with_path_field(surface, directory, "announcement:create", "to", 201));
    const auto of_one = [&](const char* name) {
        return with_path_field(surface, directory, name, "announcement", 200);
    };
    add("PATCH", "/api/v1/announcements/{announcement}", of_one("announcement:update"));
    add("DELETE", "/api/v1/announcements/{announcement}", of_one("announcement:withdraw"));
    add("PUT", "/api/v1/announcements/{announcement}/ack", of_one("announcement:ack"));
    add("GET", "/api/v1/announcements/{announcement}/acks",
        [&surface, &directory](const Request& request) {
            Json body{{"announcement", request.parameter(0)}};
            take_query(request, {"after"}, {"limit"}, body);
            take_flag(request, "acknowledged", body);
            ask_as_user(request, surface, directory, "announcement:acks", std::move(body), 200);
        });
    const auto add_for_service = [&](const char* pattern, const char* name) {
        router.add({.method = "POST",
                    .pattern = pattern,
                    .caller = Caller::service,
                    .handler = [&surface, name](const Request& request) {
                        ask_as_service(request, surface, name, 201);
                    }});
    };
    add_for_service("/api/v1/announcements", "announcement:create");
    add_for_service("/api/v1/alerts", "alert");
}

}  // namespace homeroom::api
