#include "api/document_routes.h"

#include <functional>
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

// What the relay carries out: it reads, then changes the document as its user would.
using Relayed = std::function<void(const std::string& user, const Json& body,
                                   const campus::Surface::Answer& answer)>;
Router::Handler relayed(campus::Surface& surface, const campus::Directory& directory,
                        std::string_view name, std::vector<const char*> fields, Relayed carry_out) {
    return [&surface, &directory, name, carry_out = std::move(carry_out),
            fields = std::move(fields)](const Request& request) {
        const auto person = person_of(request, directory);
        if (!person.ok()) return request.answer_problem(person.error());
        if (auto allowed = surface.allow(person->id, name); !allowed.ok())
            return request.answer_problem(std::move(allowed).error());
        Json body = Json::object();
        for (std::size_t i = 0; i < fields.size(); ++i) body[fields[i]] = request.parameter(i);
        carry_out(person->id, body, [request](const Result<Json>& result) {
            if (!result.ok()) return request.answer_problem(result.error());
            request.answer_json(200, result->dump());
        });
    };
}

}  // namespace

void add_document_routes(Router& router, campus::Surface& surface,
                         const campus::Directory& directory, features::documents::Relay& relay,
                         features::documents::excalidraw::Door& door) {
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
    add("PUT", "/api/v1/documents/{doc}/lock", change("doc:lock", {"doc"}));
    using Answer = campus::Surface::Answer;
    add("POST", "/api/v1/documents/{doc}/clear",
        relayed(surface, directory, "doc:clear", {"doc"},
                [&relay](const std::string& user, const Json& body, const Answer& answer) {
                    relay.clear(user, body, answer);
                }));
    add("POST", "/api/v1/documents/{doc}/ticket",
        relayed(surface, directory, "doc:ticket", {"doc"},
                [&door](const std::string& user, const Json& body, const Answer& answer) {
                    door.give_ticket(user, body, answer);
                }));
    add("GET", "/api/v1/documents/{doc}/shapes", read("doc:shapes", {"doc"}, {"after"}, {"limit"}));
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
        relayed(surface, directory, "doc:restoreVersion", {"doc", "version"},
                [&relay](const std::string& user, const Json& body, const Answer& answer) {
                    relay.restore(user, body, answer);
                }));
}

}  // namespace homeroom::api
