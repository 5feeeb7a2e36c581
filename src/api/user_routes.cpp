#include "api/user_routes.h"

#include <utility>

#include "api/surface_call.h"
#include "campus/gateway.h"

namespace homeroom::api {
namespace {

using campus::Directory;
using campus::Json;
using campus::Surface;

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
    for (const auto& room : rooms.guardians)
        list.push_back(room_json("institution", room, directory, user));
    list.push_back(
        Json{{"room", rooms.personal}, {"kind", "user"}, {"title", ""}, {"staff", false}});
    list.push_back(Json{{"room", "global"}, {"kind", "global"}, {"title", ""}, {"staff", false}});
    return list;
}

// Where no request of the surface follows, which would count itself.
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
    take_query(request, {"before", "only"}, {"limit"}, body);
    ask_as_user(request, surface, directory, "feed:list", std::move(body), 200);
}

}  // namespace

void add_user_routes(Router& router, Surface& surface, const Directory& directory) {
    const auto add = router.adding_for(Caller::user);
    add("GET", "/api/v1/me", [&](const Request& request) { get_me(request, surface, directory); });
    add("GET", "/api/v1/rooms",
        [&](const Request& request) { get_rooms(request, surface, directory); });
    add("GET", "/api/v1/rooms/{room}/posts",
        [&](const Request& request) { list_posts(request, surface, directory); });
    add("POST", "/api/v1/rooms/{room}/posts",
        with_path_field(surface, directory, "post:create", "to", 201));
    add("GET", "/api/v1/posts/{post}",
        with_path_field(surface, directory, "post:get", "post", 200));
    add("PATCH", "/api/v1/posts/{post}",
        with_path_field(surface, directory, "post:update", "post", 200));
    add("DELETE", "/api/v1/posts/{post}",
        with_path_field(surface, directory, "post:delete", "post", 200));
    add("POST", "/api/v1/posts/{post}/comments",
        with_path_field(surface, directory, "comment:create", "post", 201));
    add("PATCH", "/api/v1/comments/{comment}",
        with_path_field(surface, directory, "comment:update", "comment", 200));
    add("DELETE", "/api/v1/comments/{comment}",
        with_path_field(surface, directory, "comment:delete", "comment", 200));
    add("PUT", "/api/v1/reactions", [&](const Request& request) {
        auto body = read_body(request, surface, "reaction:set");
        if (!body.ok()) return request.answer_problem(body.error());
        ask_as_user(request, surface, directory, "reaction:set", std::move(*body), 200);
    });
}

}  // namespace homeroom::api
