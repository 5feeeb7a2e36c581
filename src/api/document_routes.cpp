#include "api/document_routes.h"

#include <utility>
#include <vector>

#include "api/surface_call.h"

namespace homeroom::api {
namespace {

using campus::Json;

// A read whose fields beside those of the path are in the query.
Router::Handler from_query(campus::Surface& surface, const campus::Directory& directory,
                           std::string_view name, std::vector<const char*> fields,
                           std::vector<const char*> texts, std::vector<const char*> numbers) {
    return [&surface, &directory, name, fields = std::move(fields), texts = std::move(texts),
            numbers = std::move(numbers)](const Request& request) {
        Json body = Json::object();
        for (std::size_t i = 0; i < fields.size(); ++i) body[fields[i]] = request.parameter(i);
        for (const char* text : texts) take_query(request, {text}, {}, body);
        for (const char* number : numbers) take_query(request, {}, {number}, body);
        ask_as_user(request, surface, directory, name, std::move(body), 200);
    };
}

Router::Handler restoring(campus::Surface& surface, const campus::Directory& directory,
                          features::documents::Relay& relay) {
    return [&surface, &directory, &relay](const Request& request) {
        const auto person = person_of(request, directory);
        if (!person.ok()) return request.answer_problem(person.error());
        if (auto allowed = surface.allow(person->id, "doc:restoreVersion"); !allowed.ok())
            return request.answer_problem(std::move(allowed).error());
        const Json body{{"doc", request.parameter(0)}, {"version", request.parameter(1)}};
        relay.restore(person->id, body, [request](const Result<Json>& result) {
            if (!result.ok()) return request.answer_problem(result.error());
            request.answer_json(200, result->dump());
        });
    };
}

}  // namespace

void add_document_routes(Router& router, campus::Surface& surface,
                         const campus::Directory& directory, features::documents::Relay& relay) {
    const auto add = router.adding_for(Caller::user);
    const auto change = [&](std::string_view name, std::vector<const char*> fields,
                            int status = 200) {
        return with_path_fields(surface, directory, name, std::move(fields), status);
    };
    const auto read = [&](std::string_view name, std::vector<const char*> fields,
                          std::vector<const char*> texts = {},
                          std::vector<const char*> numbers = {}) {
        return from_query(surface, directory, name, std::move(fields), std::move(texts),
                          std::move(numbers));
    };
    add("GET", "/api/v1/rooms/{room}/documents", read("doc:list", {"room"}, {"before"}, {"limit"}));
    add("POST", "/api/v1/rooms/{room}/documents", change("doc:create", {"room"}, 201));
    add("GET", "/api/v1/documents/{doc}", read("doc:get", {"doc"}));
    add("PATCH", "/api/v1/documents/{doc}", change("doc:rename", {"doc"}));
    add("DELETE", "/api/v1/documents/{doc}", change("doc:delete", {"doc"}));
    add("PUT", "/api/v1/documents/{doc}/access", change("doc:share", {"doc"}));
    add("PUT", "/api/v1/documents/{doc}/people/{user}", change("doc:share", {"doc", "user"}));
    add("GET", "/api/v1/documents/{doc}/content", read("doc:export", {"doc"}, {"format", "root"}));
    add("GET", "/api/v1/documents/{doc}/authors",
        read("doc:authors", {"doc"}, {"root"}, {"begin", "end"}));
    add("GET", "/api/v1/documents/{doc}/deletions",
        read("doc:deletions", {"doc"}, {"before"}, {"limit"}));
    add("GET", "/api/v1/documents/{doc}/versions", read("doc:versions", {"doc"}));
    add("POST", "/api/v1/documents/{doc}/versions", change("doc:saveVersion", {"doc"}, 201));
    add("GET", "/api/v1/documents/{doc}/versions/{version}",
        read("doc:viewVersion", {"doc", "version"}, {"format", "root"}));
    add("DELETE", "/api/v1/documents/{doc}/versions/{version}",
        change("doc:deleteVersion", {"doc", "version"}));
    add("POST", "/api/v1/documents/{doc}/versions/{version}/restore",
        restoring(surface, directory, relay));
}

}  // namespace homeroom::api
