#include "api/attendance_table.h"

#include <memory>
#include <string>
#include <utility>

#include "api/surface_call.h"
#include "base/limits.h"

namespace homeroom::api {
namespace {

using campus::Json;

constexpr std::size_t table_bytes_max = 16 * limits::MiB;
constexpr int page_people = 500;

class AttendanceTable : public std::enable_shared_from_this<AttendanceTable> {
public:
    AttendanceTable(const Request& request, campus::Surface& surface, std::string user,
                    const AttendanceOf& of)
        : request_(request), surface_(surface), user_(std::move(user)), of_(of) {}

    void read(const Json& after) {
        Json body{{of_.kind, request_.parameter(0)}, {"limit", page_people}};
        if (after.is_string()) body["after"] = after;
        surface_.request(user_, of_.request, std::move(body),
                         [self = shared_from_this()](const Result<Json>& page) {
                             if (!page.ok()) return self->request_.answer_problem(page.error());
                             self->add(*page);
                         });
    }

private:
    void add(const Json& page) {
        if (table_.empty()) table_ = attendance_csv_head(of_.kind, of_.title);
        table_ += attendance_csv_rows(of_.attended(page), page);
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
    const AttendanceOf& of_;
    std::string table_{};
};

}  // namespace

Router::Handler attendance_table(campus::Surface& surface, const campus::Directory& directory,
                                 const AttendanceOf& of) {
    return [&surface, &directory, &of](const Request& request) {
        const auto person = person_of(request, directory);
        if (!person.ok()) return request.answer_problem(person.error());
        std::make_shared<AttendanceTable>(request, surface, person->id, of)->read(nullptr);
    };
}

}  // namespace homeroom::api
