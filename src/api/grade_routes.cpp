#include "api/grade_routes.h"

#include "api/surface_call.h"

namespace homeroom::api {

void add_grade_routes(Router& router, campus::Surface& surface,
                      const campus::Directory& directory) {
    router.add({.method = "GET",
                .pattern = "/api/v1/grades",
                .caller = Caller::user,
                .handler = [&surface, &directory](const Request& request) {
                    campus::Json body = campus::Json::object();
                    take_query(request, {"class", "student", "item", "before"}, {"limit"}, body);
                    ask_as_user(request, surface, directory, "grade:list", std::move(body), 200);
                }});
    router.add({.method = "POST",
                .pattern = "/api/v1/grades",
                .caller = Caller::service,
                .handler = [&surface](const Request& request) {
                    ask_as_service(request, surface, "grade:publish", 201);
                }});
}

}  // namespace homeroom::api
