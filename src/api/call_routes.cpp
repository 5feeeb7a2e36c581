#include "api/call_routes.h"

#include <utility>

#include "api/attendance_table.h"
#include "api/surface_call.h"

namespace homeroom::api {
namespace {

constexpr AttendanceOf calls{"call:attendance", "call", "room", attended_call};

}  // namespace

void add_call_routes(Router& router, campus::Surface& surface, const campus::Directory& directory) {
    const auto add = router.adding_for(Caller::user);
    const auto look = [&](std::string_view name, const char* field) {
        return [&surface, &directory, name, field](const Request& request) {
            campus::Json body = campus::Json::object();
            if (field != nullptr) body[field] = request.parameter(0);
            take_query(request, {"before", "after"}, {"limit"}, body);
            ask_as_user(request, surface, directory, name, std::move(body), 200);
        };
    };
    const auto change = [&](std::string_view name) {
        return with_path_field(surface, directory, name, "call", 200);
    };
    add("GET", "/api/v1/calls", look("call:list", nullptr));
    add("GET", "/api/v1/calls/{call}", look("call:get", "call"));
    add("POST", "/api/v1/calls/{call}/decline", change("call:decline"));
    add("POST", "/api/v1/calls/{call}/leave", change("call:leave"));
    add("POST", "/api/v1/calls/{call}/end", change("call:end"));
    // By who leads it, from beside it.
    add("POST", "/api/v1/calls/{call}/settings", change("call:settings"));
    add("POST", "/api/v1/calls/{call}/admit", change("call:admit"));
    add("POST", "/api/v1/calls/{call}/deny", change("call:deny"));
    add("POST", "/api/v1/calls/{call}/mute", change("call:mute"));
    add("GET", "/api/v1/calls/{call}/attendance", look("call:attendance", "call"));
    add("GET", "/api/v1/calls/{call}/attendance.csv", attendance_table(surface, directory, calls));
    add("GET", "/api/v1/rooms/{room}/calls", look("call:supervised", "room"));
}

}  // namespace homeroom::api
