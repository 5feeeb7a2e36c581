#include "api/notification_routes.h"

#include <utility>

#include "api/surface_call.h"

namespace homeroom::api {

using campus::Json;

void add_notification_routes(Router& router, campus::Surface& surface,
                             const campus::Directory& directory) {
    const auto add = router.adding_for(Caller::user);
    add("GET", "/api/v1/notifications", [&surface, &directory](const Request& request) {
        Json body = Json::object();
        take_query(request, {"before"}, {"limit"}, body);
        take_flag(request, "unread", body);
        ask_as_user(request, surface, directory, "notification:list", std::move(body), 200);
    });
    const auto body_of = [&](const char* name) {
        return with_path_fields(surface, directory, name, {}, 200);
    };
    add("PUT", "/api/v1/notifications/read", body_of("notification:read"));
    add("PUT", "/api/v1/notifications/seen", body_of("notification:seen"));
    add("GET", "/api/v1/notifications/preferences", [&surface, &directory](const Request& request) {
        ask_as_user(request, surface, directory, "notification:preferences", Json::object(), 200);
    });
    add("PUT", "/api/v1/notifications/preferences", body_of("notification:prefer"));
    add("PUT", "/api/v1/notifications/quiet-hours", body_of("notification:quiet"));
}

}  // namespace homeroom::api
