#include "api/surface_call.h"

#include <charconv>
#include <utility>

#include "api/json_body.h"
#include "base/limits.h"

namespace homeroom::api {
namespace {

using campus::Json;

campus::Surface::Answer answer_to(const Request& request, int status) {
    return [request, status](const Result<Json>& result) {
        if (!result.ok()) return request.answer_problem(result.error());
        request.answer_json(status, result->dump(-1, ' ', false, Json::error_handler_t::replace));
    };
}

Json number_or_text(const std::string& text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() ? Json(number) : Json(text);
}

}  // namespace

Result<campus::Person> person_of(const Request& request, const campus::Directory& directory) {
    auto person = directory.person(request.claims().subject);
    if (!person) return Error{Code::unauthenticated, "the token's user is not on the roster"};
    if (!person->enabled) return Error{Code::unauthenticated, "the user is disabled"};
    return std::move(*person);
}

Result<Json> read_body(const Request& request, const campus::Surface& surface,
                       std::string_view name) {
    TRY_OK(surface.fits(name, request.http().body.size(), limits::http_body_bytes_max));
    return read_json_object(request.http());
}

void ask_as_user(const Request& request, campus::Surface& surface,
                 const campus::Directory& directory, std::string_view name, Json body, int status) {
    const auto person = person_of(request, directory);
    if (!person.ok()) return request.answer_problem(person.error());
    surface.request(person->id, name, std::move(body), answer_to(request, status));
}

void ask_as_service(const Request& request, campus::Surface& surface, std::string_view name,
                    int status) {
    auto body = read_json_object(request.http());
    if (!body.ok()) return request.answer_problem(body.error());
    ask_as_service(request, surface, name, std::move(*body), status);
}

void ask_as_service(const Request& request, campus::Surface& surface, std::string_view name,
                    Json body, int status) {
    surface.service_request(request.claims().subject, name, std::move(body),
                            answer_to(request, status));
}

Router::Handler with_path_fields(campus::Surface& surface, const campus::Directory& directory,
                                 std::string_view name, std::vector<const char*> fields,
                                 int status) {
    return
        [&surface, &directory, name, fields = std::move(fields), status](const Request& request) {
            auto body = read_body(request, surface, name);
            if (!body.ok()) return request.answer_problem(body.error());
            for (std::size_t i = 0; i < fields.size(); ++i)
                (*body)[fields[i]] = request.parameter(i);
            ask_as_user(request, surface, directory, name, std::move(*body), status);
        };
}

Router::Handler with_path_field(campus::Surface& surface, const campus::Directory& directory,
                                std::string_view name, const char* field, int status) {
    return with_path_fields(surface, directory, name, {field}, status);
}

void take_query(const Request& request, std::initializer_list<const char*> texts,
                std::initializer_list<const char*> numbers, Json& body) {
    for (const char* name : texts) {
        if (auto text = request.http().parameter(name)) body[name] = *text;
    }
    for (const char* name : numbers) {
        if (const auto text = request.http().parameter(name)) body[name] = number_or_text(*text);
    }
}

void take_flag(const Request& request, const char* name, Json& body) {
    const auto text = request.http().parameter(name);
    if (!text) return;
    body[name] = *text == "true" || *text == "false" ? Json(*text == "true") : Json(*text);
}

}  // namespace homeroom::api
