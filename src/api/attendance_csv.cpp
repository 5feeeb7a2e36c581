#include "api/attendance_csv.h"

#include <initializer_list>
#include <string_view>

namespace homeroom::api {
namespace {

using campus::Json;

// Always quoted. A spreadsheet takes what begins like a formula for one, whatever the quotes say:
// names and titles are what people like to call themselves.
std::string cell(std::string_view text) {
    std::string quoted = "\"";
    if (!text.empty() && std::string_view{"=+-@\t\r"}.find(text.front()) != std::string_view::npos)
        quoted += '\'';
    for (const char c : text) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}

std::string line(std::initializer_list<std::string_view> cells) {
    std::string text;
    for (const auto one : cells) {
        if (!text.empty()) text += ',';
        text += cell(one);
    }
    return text + "\r\n";
}

std::string text_of(const Json& value) {
    return value.is_string() ? value.get<std::string>() : std::string{};
}

}  // namespace

Attended attended_session(const Json& page) {
    const Json& session = page.at("session");
    return {.id = text_of(session.at("id")), .title = text_of(session.at("title"))};
}

Attended attended_call(const Json& page) {
    const Json& call = page.at("call");
    return {.id = text_of(call.at("id")), .title = text_of(call.at("room"))};
}

std::string attendance_csv_head(std::string_view kind, std::string_view title) {
    return line({kind, title, "user", "name", "joinedAt", "leftAt", "how"});
}

std::string attendance_csv_rows(const Attended& in, const Json& page) {
    std::string rows;
    for (const Json& one : page.at("attendance")) {
        const std::string user = text_of(one.at("user").at("id"));
        const std::string name = text_of(one.at("user").at("name"));
        for (const Json& interval : one.at("intervals")) {
            rows += line({in.id, in.title, user, name, text_of(interval.at("joinedAt")),
                          text_of(interval.at("leftAt")), text_of(interval.at("how"))});
        }
    }
    return rows;
}

}  // namespace homeroom::api
