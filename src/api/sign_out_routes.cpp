#include "api/sign_out_routes.h"

#include <utility>

#include "campus/audit.h"
#include "campus/surface.h"

namespace homeroom::api {
namespace {

void sign_out(const Request& request, const SignOutParts& parts) {
    const std::string& user = request.parameter(0);
    if (!parts.directory.person(user))
        return request.answer_problem({Code::not_found, "there is no such user", "id"});
    const auto then = [request, user, &gateway = parts.gateway,
                       &server = parts.server](const Status& status) {
        if (!status.ok()) return request.answer_problem(status.error());
        server.post_all_then(
            [&gateway, user](hub::Hub& hub) { gateway.sign_out(hub, user); },
            [request, user] {
                request.answer_json(200, campus::Json{{"ok", true}, {"sourcedId", user}}.dump());
            });
    };
    auto command = parts.sign_outs.command(user, then);
    command.work = [work = std::move(command.work), user,
                    actor = "service:" +
                            request.claims().subject](store::Transaction& transaction) -> Status {
        TRY_OK(campus::audit(transaction,
                             {.actor = actor, .action = "user.signed_out", .subject = user}));
        return work(transaction);
    };
    if (!parts.store.submit(std::move(command))) request.answer_problem(campus::too_much_to_do());
}

}  // namespace

void add_sign_out_routes(Router& router, const SignOutParts& parts) {
    router.add({.method = "POST",
                .pattern = "/api/v1/users/{id}/sign-out",
                .caller = Caller::service,
                .handler = [parts](const Request& request) { sign_out(request, parts); }});
}

}  // namespace homeroom::api
