#include "api/study_routes.h"

#include <utility>

#include "api/attendance_table.h"
#include "api/surface_call.h"

namespace homeroom::api {
namespace {

using campus::Json;

constexpr AttendanceOf sessions{"study:attendance", "session", "title", attended_session};

}  // namespace

void add_study_routes(Router& router, campus::Surface& surface,
                      const campus::Directory& directory) {
    const auto add = router.adding_for(Caller::user);
    const auto list = [&surface, &directory](const Request& request, Json body) {
        take_query(request, {"before"}, {"limit"}, body);
        take_flag(request, "open", body);
        ask_as_user(request, surface, directory, "study:list", std::move(body), 200);
    };
    const auto of_one = [&](const char* name) {
        return with_path_field(surface, directory, name, "session", 200);
    };
    add("GET", "/api/v1/study-sessions",
        [list](const Request& request) { list(request, Json::object()); });
    add("GET", "/api/v1/rooms/{room}/study-sessions", [list](const Request& request) {
        list(request, Json{{"room", request.parameter(0)}});
    });
    add("POST", "/api/v1/rooms/{room}/study-sessions",
        with_path_field(surface, directory, "study:create", "room", 201));
    add("GET", "/api/v1/study-sessions/{session}", of_one("study:get"));
    add("PATCH", "/api/v1/study-sessions/{session}", of_one("study:update"));
    add("POST", "/api/v1/study-sessions/{session}/start", of_one("study:start"));
    add("POST", "/api/v1/study-sessions/{session}/end", of_one("study:end"));
    add("GET", "/api/v1/study-sessions/{session}/attendance",
        [&surface, &directory](const Request& request) {
            Json body{{"session", request.parameter(0)}};
            take_query(request, {"after"}, {"limit"}, body);
            ask_as_user(request, surface, directory, "study:attendance", std::move(body), 200);
        });
    add("GET", "/api/v1/study-sessions/{session}/attendance.csv",
        attendance_table(surface, directory, sessions));
}

}  // namespace homeroom::api
