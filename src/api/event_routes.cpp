#include "api/event_routes.h"

#include <utility>

#include "api/json_body.h"
#include "api/surface_call.h"

namespace homeroom::api {

void add_event_routes(Router& router, campus::Surface& surface) {
    router.add({.method = "POST",
                .pattern = "/api/v1/events",
                .caller = Caller::service,
                .handler = [&surface](const Request& request) {
                    auto body = read_json_object(request.http());
                    if (!body.ok()) return request.answer_problem(body.error());
                    // The contract calls it `id` here; it is what `key` is elsewhere.
                    if (body->contains("id")) {
                        auto id = std::move((*body)["id"]);
                        (*body)["key"] = std::move(id);
                    }
                    surface.service_request(request.claims().subject, "event", std::move(*body),
                                            [request](const Result<campus::Json>& result) {
                                                if (!result.ok())
                                                    return request.answer_problem(result.error());
                                                request.answer_json(201, R"({"ok":true})");
                                            });
                }});
}

}  // namespace homeroom::api
