#include "api/feed_routes.h"

#include <utility>

#include "api/surface_call.h"

namespace homeroom::api {
namespace {

using campus::Directory;
using campus::Json;
using campus::Surface;

// Of a handler that takes nothing from the body: the request, but for its query.
using BodyOf = Json (*)(const Request& request);

Router::Handler asking(Surface& surface, const Directory& directory, const char* name,
                       BodyOf body_of) {
    return [&surface, &directory, name, body_of](const Request& request) {
        ask_as_user(request, surface, directory, name, body_of(request), 200);
    };
}

Json paged(const Request& request, Json body) {
    take_query(request, {"before"}, {"limit"}, body);
    return body;
}

Json history_of_post(const Request& request) {
    return paged(request, Json{{"target", {{"post", request.parameter(0)}}}});
}
Json history_of_comment(const Request& request) {
    return paged(request, Json{{"target", {{"comment", request.parameter(0)}}}});
}
Json of_room(const Request& request) {
    return Json{{"room", request.parameter(0)}};
}
Json reports_of_room(const Request& request) {
    Json body = paged(request, of_room(request));
    take_query(request, {"state"}, {}, body);
    return body;
}
Json search(const Request& request) {
    Json body = paged(request, Json::object());
    take_query(request, {"query", "room"}, {}, body);
    return body;
}
Json member_of_room(const Request& request) {
    return Json{{"room", request.parameter(0)}, {"user", request.parameter(1)}};
}

Router::Handler muting(Surface& surface, const Directory& directory) {
    return [&surface, &directory](const Request& request) {
        auto body = read_body(request, surface, "feed:mute");
        if (!body.ok()) return request.answer_problem(body.error());
        (*body)["room"] = request.parameter(0);
        (*body)["user"] = request.parameter(1);
        ask_as_user(request, surface, directory, "feed:mute", std::move(*body), 200);
    };
}

}  // namespace

void add_feed_routes(Router& router, Surface& surface, const Directory& directory) {
    router.add({.method = "POST",
                .pattern = "/api/v1/posts",
                .caller = Caller::service,
                .handler = [&surface](const Request& request) {
                    ask_as_service(request, surface, "post:create", 201);
                }});
    const auto add = router.adding_for(Caller::user);
    const auto with = [&](const char* name, const char* field, int status = 200) {
        return with_path_field(surface, directory, name, field, status);
    };
    const auto ask = [&](const char* name, BodyOf body_of) {
        return asking(surface, directory, name, body_of);
    };
    add("PUT", "/api/v1/posts/{post}/pin", with("post:pin", "post"));
    add("PUT", "/api/v1/posts/{post}/lock", with("post:lock", "post"));
    add("POST", "/api/v1/posts/{post}/move", with("post:move", "post"));
    add("PUT", "/api/v1/posts/{post}/vote", with("poll:vote", "post"));
    add("POST", "/api/v1/posts/{post}/close", with("poll:close", "post"));
    add("GET", "/api/v1/posts/{post}/history", ask("feed:history", history_of_post));
    add("GET", "/api/v1/comments/{comment}/history", ask("feed:history", history_of_comment));
    add("PUT", "/api/v1/comments/{comment}/endorsement", with("comment:endorse", "comment"));
    add("GET", "/api/v1/rooms/{room}/settings", ask("feed:settings", of_room));
    add("PUT", "/api/v1/rooms/{room}/slow", with("feed:slow", "room"));
    add("GET", "/api/v1/rooms/{room}/mutes", ask("feed:mutes", of_room));
    add("PUT", "/api/v1/rooms/{room}/mutes/{user}", muting(surface, directory));
    add("DELETE", "/api/v1/rooms/{room}/mutes/{user}", ask("feed:unmute", member_of_room));
    add("GET", "/api/v1/rooms/{room}/reports", ask("report:list", reports_of_room));
    add("POST", "/api/v1/reports", [&surface, &directory](const Request& request) {
        auto body = read_body(request, surface, "report:create");
        if (!body.ok()) return request.answer_problem(body.error());
        ask_as_user(request, surface, directory, "report:create", std::move(*body), 201);
    });
    add("PATCH", "/api/v1/reports/{report}", with("report:resolve", "report"));
    add("GET", "/api/v1/search", ask("feed:search", search));
    add("POST", "/api/v1/rooms/{room}/attachments", with("attachment:create", "to", 201));
    add("GET", "/api/v1/attachments/{attachment}/link",
        ask("attachment:link", [](const Request& request) {
            return Json{{"attachment", request.parameter(0)}};
        }));
}

}  // namespace homeroom::api
