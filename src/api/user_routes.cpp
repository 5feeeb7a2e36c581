#include "api/user_routes.h"

#include <charconv>
#include <utility>

#include "api/json_body.h"
#include "campus/gateway.h"

namespace homeroom::api {
namespace {

using campus::Directory;
using campus::Json;
using campus::Surface;

// The roster's word on the token's user; over REST it is asked with every request.
Result<campus::Person> person_of(const Request& request, const Directory& directory) {
    auto person = directory.person(request.claims().subject);
    if (!person) return Error{Code::unauthenticated, "the token's user is not on the roster"};
    if (!person->enabled) return Error{Code::unauthenticated, "the user is disabled"};
    return std::move(*person);
}

Json room_json(std::string_view kind, const std::string& room, const Directory& directory,
               const std::string& user) {
    return Json{{"room", room},
                {"kind", kind},
                {"title", directory.title_of(room)},
                {"staff", directory.is_staff(user, room)}};
}

Json rooms_json(const Directory& directory, const std::string& user) {
    const auto rooms = directory.rooms_of(user);
    Json list = Json::array();
    for (const auto& room : rooms.classes)
        list.push_back(room_json("class", room, directory, user));
    for (const auto& room : rooms.courses)
        list.push_back(room_json("course", room, directory, user));
    for (const auto& room : rooms.groups) list.push_back(room_json("group", room, directory, user));
    for (const auto& room : rooms.institutions)
        list.push_back(room_json("institution", room, directory, user));
    list.push_back(
        Json{{"room", rooms.personal}, {"kind", "user"}, {"title", ""}, {"staff", false}});
    list.push_back(Json{{"room", "global"}, {"kind", "global"}, {"title", ""}, {"staff", false}});
    return list;
}

// Carries out a surface request for the token's user and answers with its result.
void pass_on(const Request& request, Surface& surface, const Directory& directory,
             std::string_view name, Json body, int status) {
    const auto person = person_of(request, directory);
    if (!person.ok()) return request.answer_problem(person.error());
    surface.request(person->id, name, std::move(body), [request, status](Result<Json> result) {
        if (!result.ok()) return request.answer_problem(result.error());
        request.answer_json(status, result->dump(-1, ' ', false, Json::error_handler_t::replace));
    });
}

// The same where no request of the surface follows, which would count itself.
Result<campus::Person> counted_person_of(const Request& request, Surface& surface,
                                         const Directory& directory) {
    TRY(auto person, person_of(request, directory));
    TRY_OK(surface.allow(person.id));
    return person;
}

void get_me(const Request& request, Surface& surface, const Directory& directory) {
    const auto person = counted_person_of(request, surface, directory);
    if (!person.ok()) return request.answer_problem(person.error());
    request.answer_json(
        200, Json{{"user", {{"id", person->id}, {"name", person->name}, {"roles", person->roles}}},
                  {"rooms", campus::to_json(directory.rooms_of(person->id))}}
                 .dump());
}

void get_rooms(const Request& request, Surface& surface, const Directory& directory) {
    const auto person = counted_person_of(request, surface, directory);
    if (!person.ok()) return request.answer_problem(person.error());
    request.answer_json(200, Json{{"rooms", rooms_json(directory, person->id)}}.dump());
}

void list_posts(const Request& request, Surface& surface, const Directory& directory) {
    Json body{{"room", request.parameter(0)}};
    if (auto before = request.http().parameter("before")) body["before"] = *before;
    if (const auto limit = request.http().parameter("limit")) {
        std::int64_t number = 0;
        const auto [end, error] =
            std::from_chars(limit->data(), limit->data() + limit->size(), number);
        // What is no number goes on as a text, and is refused where the field is judged.
        body["limit"] = error == std::errc{} && end == limit->data() + limit->size() ? Json(number)
                                                                                     : Json(*limit);
    }
    pass_on(request, surface, directory, "feed:list", std::move(body), 200);
}

// A request whose body is the surface's own, with one field taken from the path.
Router::Handler write_with(Surface& surface, const Directory& directory, std::string_view name,
                           const char* field, int status) {
    return [&surface, &directory, name, field, status](const Request& request) {
        auto body = read_json_object(request.http());
        if (!body.ok()) return request.answer_problem(body.error());
        (*body)[field] = request.parameter(0);
        pass_on(request, surface, directory, name, std::move(*body), status);
    };
}

}  // namespace

void add_user_routes(Router& router, Surface& surface, const Directory& directory) {
    const auto add = [&](const char* method, const char* pattern, Router::Handler handler) {
        router.add({.method = method,
                    .pattern = pattern,
                    .caller = Caller::user,
                    .handler = std::move(handler)});
    };
    add("GET", "/api/v1/me", [&](const Request& request) { get_me(request, surface, directory); });
    add("GET", "/api/v1/rooms",
        [&](const Request& request) { get_rooms(request, surface, directory); });
    add("GET", "/api/v1/rooms/{room}/posts",
        [&](const Request& request) { list_posts(request, surface, directory); });
    add("POST", "/api/v1/rooms/{room}/posts",
        write_with(surface, directory, "post:create", "to", 201));
    add("GET", "/api/v1/posts/{post}", write_with(surface, directory, "post:get", "post", 200));
    add("PATCH", "/api/v1/posts/{post}",
        write_with(surface, directory, "post:update", "post", 200));
    add("DELETE", "/api/v1/posts/{post}",
        write_with(surface, directory, "post:delete", "post", 200));
    add("POST", "/api/v1/posts/{post}/comments",
        write_with(surface, directory, "comment:create", "post", 201));
    add("PATCH", "/api/v1/comments/{comment}",
        write_with(surface, directory, "comment:update", "comment", 200));
    add("DELETE", "/api/v1/comments/{comment}",
        write_with(surface, directory, "comment:delete", "comment", 200));
    add("PUT", "/api/v1/reactions", [&](const Request& request) {
        auto body = read_json_object(request.http());
        if (!body.ok()) return request.answer_problem(body.error());
        pass_on(request, surface, directory, "reaction:set", std::move(*body), 200);
    });
}

}  // namespace homeroom::api
