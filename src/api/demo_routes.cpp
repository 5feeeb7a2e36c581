#include "api/demo_routes.h"

#include <algorithm>
#include <utility>

#include "api/json_body.h"
#include "identity/token.h"

namespace homeroom::api {
namespace {

using campus::Directory;
using campus::Json;

constexpr std::size_t people_shown_max = 60;
constexpr auto session_length = std::chrono::hours{8};

Json people_json(const Directory& directory) {
    std::vector<std::string> ids = directory.members_of("global");
    if (ids.size() > people_shown_max) ids.resize(people_shown_max);
    Json people = Json::array();
    std::string school;
    for (const std::string& id : ids) {
        const auto person = directory.person(id);
        const auto rooms = directory.rooms_of(id);
        if (!person) continue;
        std::vector<std::string> classes;
        classes.reserve(rooms.classes.size());
        for (const auto& room : rooms.classes) classes.push_back(directory.title_of(room));
        if (school.empty() && !rooms.institution.empty())
            school = directory.title_of(rooms.institution);
        people.push_back(Json{
            {"id", id}, {"name", person->name}, {"roles", person->roles}, {"classes", classes}});
    }
    return Json{{"school", school}, {"people", people}};
}

bool names_this_machine(std::string_view host) {
    host = host.substr(0, host.starts_with('[') ? host.find(']') + 1 : host.find(':'));
    return host == "localhost" || host == "127.0.0.1" || host == "[::1]";
}

// A page of another site that has had its name point here (DNS rebinding) still names itself.
bool is_elsewhere(const Request& request, DemoReach reach) {
    return reach == DemoReach::this_machine &&
           !names_this_machine(request.http().header("Host").value_or(""));
}

void refuse_elsewhere(const Request& request) {
    request.answer_problem({Code::forbidden, "the demo answers to localhost only"});
}

}  // namespace

void add_demo_routes(Router& router, const Directory& directory, std::string signing_secret,
                     std::string issuer, std::string audience, DemoReach reach) {
    router.add({.method = "GET",
                .pattern = "/demo/people",
                .caller = Caller::anyone,
                .handler = [&directory, reach](const Request& request) {
                    if (is_elsewhere(request, reach)) return refuse_elsewhere(request);
                    request.answer_json(200, people_json(directory).dump());
                }});
    router.add(
        {.method = "POST",
         .pattern = "/demo/token",
         .caller = Caller::anyone,
         .handler = [&directory, secret = std::move(signing_secret), issuer = std::move(issuer),
                     audience = std::move(audience), reach](const Request& request) {
             if (is_elsewhere(request, reach)) return refuse_elsewhere(request);
             auto body = read_json_object(request.http());
             if (!body.ok()) return request.answer_problem(body.error());
             const auto user = campus::required_text(*body, "user", limits::identifier_bytes_max);
             if (!user.ok()) return request.answer_problem(user.error());
             const auto person = directory.person(*user);
             if (!person || !person->enabled) {
                 return request.answer_problem(
                     {Code::not_found, "no such person in the demo school", "user"});
             }
             const WallTime now = wall_now();
             const auto token = identity::sign_token(secret,
                                                     {.subject = *user,
                                                      .lifetime = session_length,
                                                      .issuer = issuer,
                                                      .audience = audience},
                                                     now);
             request.answer_json(
                 200,
                 Json{{"token", token}, {"expiresAt", to_rfc3339(now + session_length)}}.dump());
         }});
}

}  // namespace homeroom::api
