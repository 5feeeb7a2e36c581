#include "api/message_routes.h"

#include <utility>
#include <vector>

#include "api/surface_call.h"

namespace homeroom::api {
namespace {

using campus::Json;

void send_to_conversation(const Request& request, campus::Surface& surface,
                          const campus::Directory& directory) {
    auto body = read_body(request, surface, "message:send");
    if (!body.ok()) return request.answer_problem(body.error());
    (*body)["to"] = Json{{"conversation", request.parameter(0)}};
    ask_as_user(request, surface, directory, "message:send", std::move(*body), 201);
}

}  // namespace

void add_message_routes(Router& router, campus::Surface& surface,
                        const campus::Directory& directory) {
    const auto add = router.adding_for(Caller::user);
    // A list, with one field taken from the path, if there is one.
    const auto list = [&](std::string_view name, const char* field = nullptr) {
        return [&surface, &directory, name, field](const Request& request) {
            Json body = Json::object();
            if (field != nullptr) body[field] = request.parameter(0);
            take_query(request, {"before"}, {"limit"}, body);
            ask_as_user(request, surface, directory, name, std::move(body), 200);
        };
    };
    const auto change = [&](std::string_view name, std::vector<const char*> fields,
                            int status = 200) {
        return with_path_fields(surface, directory, name, std::move(fields), status);
    };
    add("GET", "/api/v1/conversations", list("conversation:list"));
    add("POST", "/api/v1/conversations", change("conversation:create", {}, 201));
    add("GET", "/api/v1/conversations/{conversation}/messages",
        list("message:list", "conversation"));
    add("POST", "/api/v1/conversations/{conversation}/messages",
        [&](const Request& request) { send_to_conversation(request, surface, directory); });
    add("PUT", "/api/v1/conversations/{conversation}/read",
        change("message:read", {"conversation"}));
    add("POST", "/api/v1/conversations/{conversation}/members",
        change("conversation:add", {"conversation"}));
    add("DELETE", "/api/v1/conversations/{conversation}/members/{user}",
        change("conversation:remove", {"conversation", "user"}));
    add("POST", "/api/v1/messages", change("message:send", {}, 201));
    add("PATCH", "/api/v1/messages/{message}", change("message:update", {"message"}));
    add("DELETE", "/api/v1/messages/{message}", change("message:delete", {"message"}));
    add("GET", "/api/v1/blocks", list("block:list"));
    add("PUT", "/api/v1/blocks/{user}", change("block:set", {"user"}));
    add("GET", "/api/v1/rooms/{room}/conversations", list("supervision:list", "room"));
    add("GET", "/api/v1/supervision/{conversation}/messages",
        list("supervision:read", "conversation"));
}

}  // namespace homeroom::api
