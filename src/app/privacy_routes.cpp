#include "app/privacy_routes.h"

#include <algorithm>
#include <array>
#include <utility>

#include "api/json_body.h"

namespace homeroom::app {
namespace {

using campus::Json;

constexpr std::array<std::string_view, 3> askable{"export:read", "erasure:request", "erasure:get"};

void ask(const api::Request& request, campus::Surface& surface) {
    auto body = api::read_json_object(request.http());
    if (!body.ok()) return request.answer_problem(body.error());
    const auto name = campus::required_text(*body, "request", limits::event_name_bytes_max);
    if (!name.ok()) return request.answer_problem(name.error());
    const auto inner = body->find("body");
    if (inner == body->end() || std::ranges::find(askable, *name) == askable.end())
        return request.answer_problem({Code::invalid, "this is not offered here", "request"});
    surface.operator_request(*name, std::move(*inner), [request](const Result<Json>& result) {
        if (!result.ok()) return request.answer_problem(result.error());
        request.answer_json(200, result->dump(-1, ' ', false, Json::error_handler_t::replace));
    });
}

}  // namespace

void add_privacy_routes(api::Router& router, campus::Surface& surface) {
    router.add({.method = "POST",
                .pattern = "/control/ask",
                .caller = api::Caller::local,
                .handler = [&surface](const api::Request& request) { ask(request, surface); }});
}

}  // namespace homeroom::app
