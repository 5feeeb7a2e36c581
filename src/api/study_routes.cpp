#include "api/study_routes.h"

#include <memory>
#include <string>
#include <utility>

#include "api/attendance_csv.h"
#include "api/surface_call.h"
#include "base/limits.h"

namespace homeroom::api {
namespace {

using campus::Json;

constexpr std::size_t table_bytes_max = 16 * limits::MiB;

// Page after page, as the one who asks may read them, and then all of it at once.
class AttendanceTable : public std::enable_shared_from_this<AttendanceTable> {
public:
    AttendanceTable(const Request& request, campus::Surface& surface, std::string user)
        : request_(request), surface_(surface), user_(std::move(user)) {}

    void read(const Json& after) {
        Json body{{"session", request_.parameter(0)}, {"limit", 500}};
        if (after.is_string()) body["after"] = after;
        surface_.request(user_, "study:attendance", std::move(body),
                         [self = shared_from_this()](const Result<Json>& page) {
                             if (!page.ok()) return self->request_.answer_problem(page.error());
                             self->add(*page);
                         });
    }

private:
    void add(const Json& page) {
        if (table_.empty()) table_ = attendance_csv_head();
        table_ += attendance_csv_rows(page);
        if (table_.size() > table_bytes_max)
            return request_.answer_problem(
                Error{Code::too_large, "the table is too large; read it by pages as JSON"});
        if (page.at("next").is_string()) return read(page.at("next"));
        auto response =
            net::HttpResponse::text(200, "text/csv; charset=utf-8; header=present", table_);
        response.headers.push_back(
            {"Content-Disposition", "attachment; filename=\"attendance.csv\""});
        response.headers.push_back({"Cache-Control", "no-store"});
        request_.answer(std::move(response));
    }

    Request request_;
    campus::Surface& surface_;
    std::string user_;
    std::string table_{};
};

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
        [&surface, &directory](const Request& request) {
            const auto person = person_of(request, directory);
            if (!person.ok()) return request.answer_problem(person.error());
            std::make_shared<AttendanceTable>(request, surface, person->id)->read(nullptr);
        });
}

}  // namespace homeroom::api
