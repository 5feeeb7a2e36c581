#include "api/live_routes.h"

#include <utility>

#include "api/json_body.h"
#include "api/surface_call.h"

namespace homeroom::api {
namespace {

using campus::Json;
using features::live::HookHeaders;
using features::live::Viewing;

campus::Surface::Answer answer_to(const Request& request) {
    return [request](const Result<Json>& result) {
        if (!result.ok()) return request.answer_problem(result.error());
        request.answer_json(200, result->dump(-1, ' ', false, Json::error_handler_t::replace));
    };
}

// To whom no media server belongs, there is nothing here.
void hear(const Request& request, Viewing& viewing) {
    if (!viewing.has_hooks())
        return request.answer_problem({Code::not_found, "there is nothing here"});
    const auto& http = request.http();
    const auto header = [&](const char* name) { return http.header(name).value_or(""); };
    viewing.hear({.id = header("webhook-id"),
                  .timestamp = header("webhook-timestamp"),
                  .signature = header("webhook-signature")},
                 http.body, answer_to(request));
}

std::string text(const Json& body, const char* name) {
    const auto found = body.find(name);
    return found != body.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

// As MediaMTX asks (authMethod: http): by the status alone. A client that can only say a name and a
// password says the ticket as the password.
void authorize(const Request& request, Viewing& viewing) {
    const auto body = read_json_object(request.http());
    if (!body.ok()) return request.answer_problem(body.error());
    std::string token = text(*body, "token");
    if (token.empty()) token = text(*body, "password");
    viewing.authorize(
        {.token = std::move(token), .action = text(*body, "action"), .path = text(*body, "path")},
        [request](const Status& holds) {
            if (holds.ok()) return request.answer_json(200, "{}");
            request.answer_problem(holds.error());
        });
}

}  // namespace

void add_live_routes(Router& router, campus::Surface& surface, const campus::Directory& directory,
                     Viewing& viewing) {
    const auto add = router.adding_for(Caller::user);
    const auto list = [&surface, &directory](const Request& request, Json body) {
        take_query(request, {"before"}, {"limit"}, body);
        take_flag(request, "open", body);
        ask_as_user(request, surface, directory, "live:list", std::move(body), 200);
    };
    const auto of_room = [&](const char* name) {
        return with_path_field(surface, directory, name, "room", 201);
    };
    const auto of_one = [&](const char* name) {
        return with_path_field(surface, directory, name, "live", 200);
    };
    add("GET", "/api/v1/lives", [list](const Request& request) { list(request, Json::object()); });
    add("GET", "/api/v1/rooms/{room}/lives", [list](const Request& request) {
        list(request, Json{{"room", request.parameter(0)}});
    });
    add("POST", "/api/v1/rooms/{room}/lives", of_room("live:schedule"));
    add("POST", "/api/v1/rooms/{room}/lives/start", of_room("live:start"));
    add("GET", "/api/v1/lives/{live}", of_one("live:get"));
    add("PATCH", "/api/v1/lives/{live}", of_one("live:update"));
    add("DELETE", "/api/v1/lives/{live}", of_one("live:cancel"));
    add("POST", "/api/v1/lives/{live}/start", of_one("live:start"));
    add("POST", "/api/v1/lives/{live}/end", of_one("live:end"));
    add("PUT", "/api/v1/lives/{live}/recording", of_one("live:recording"));
    add("POST", "/api/v1/lives/{live}/watch", [&directory, &viewing](const Request& request) {
        const auto person = person_of(request, directory);
        if (!person.ok()) return request.answer_problem(person.error());
        viewing.watch(person->id, request.parameter(0), answer_to(request));
    });
    add("POST", "/api/v1/lives/{live}/publish",
        [&surface, &directory, &viewing](const Request& request) {
            const auto person = person_of(request, directory);
            if (!person.ok()) return request.answer_problem(person.error());
            const auto allowed = surface.allow(person->id, "live:publish");
            if (!allowed.ok()) return request.answer_problem(allowed.error());
            viewing.publish(person->id, Json{{"live", request.parameter(0)}}, answer_to(request));
        });
    const auto add_open = [&router](const char* pattern, Router::Handler handler) {
        router.add({.method = "POST",
                    .pattern = pattern,
                    .caller = Caller::anyone,
                    .handler = std::move(handler),
                    .body_bytes_max = features::live::hook_bytes_max});
    };
    add_open("/api/v1/live/hooks", [&viewing](const Request& request) { hear(request, viewing); });
    add_open("/api/v1/live/authorize",
             [&viewing](const Request& request) { authorize(request, viewing); });
}

}  // namespace homeroom::api
