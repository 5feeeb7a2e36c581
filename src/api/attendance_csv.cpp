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

std::string attendance_csv_head() {
    return line({"session", "title", "user", "name", "joinedAt", "leftAt", "how"});
}

std::string attendance_csv_rows(const Json& page) {
    const std::string id = text_of(page.at("session").at("id"));
    const std::string title = text_of(page.at("session").at("title"));
    std::string rows;
    for (const Json& one : page.at("attendance")) {
        const std::string user = text_of(one.at("user").at("id"));
        const std::string name = text_of(one.at("user").at("name"));
        for (const Json& interval : one.at("intervals")) {
            rows += line({id, title, user, name, text_of(interval.at("joinedAt")),
                          text_of(interval.at("leftAt")), text_of(interval.at("how"))});
        }
    }
    return rows;
}

}  // namespace homeroom::api
